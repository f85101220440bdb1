import type { Kernel } from '../../kernel/kernel';
import type { Random } from '../../kernel/random';
import type { Bytes } from '../bytes';
import type { FileActor } from '../vfs/node';
import type { Pipe } from './pipe';

/** What processes ask of the machine they run on. */
export interface MachineServices {
  readonly kernel: Kernel;
  readonly random: Random;
  /** Clock instant at which the machine started, ms. */
  readonly bootedAt: number;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly availableMemoryBytes: number;
  /** CPU time that all processes have used, µs; for /proc/stat and /proc/loadavg. */
  readonly busyGroups: number;
  newPipe(): Pipe;
  /** A bound of the simulator was met. */
  limit(bound: string, number: number, actor: FileActor): void;
  /** A program left its task by an exception that is no part of its behaviour. */
  programFailed(program: Bytes, error: unknown, actor: FileActor): void;
}
