import { BYTES_PER_ARGUMENT, BYTES_PER_EXEC, INTERPRETERS_PER_EXEC } from '../bounds';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { Program } from '../syscalls';
import { programIn } from '../vfs/layer';
import { RegularFile } from '../vfs/node';
import { EXECUTE, permits } from '../vfs/permissions';
import { lookUpNode, type PathContext } from '../vfs/resolve';

/** A program that is ready to run, and what it runs as. */
export interface LoadedProgram {
  readonly program: Program;
  readonly argv: readonly Bytes[];
  /** The file that was asked for: its name becomes the process's. */
  readonly name: Bytes;
  /** Where the binary lies, links followed. */
  readonly executable: Bytes;
}

/** As much of a script as the kernel reads for its first line (BINPRM_BUF_SIZE). */
const FIRST_LINE_BYTES = 256;

/** comm is cut off after so many bytes. */
const NAME_BYTES = 15;

/**
 * Finds what an exec runs: the binary, or the interpreter of a `#!` line with the script as its argument.
 * ENOENT, ENOTDIR, EACCES, ELOOP, ENOEXEC. Models fs/exec.c and fs/binfmt_script.c.
 */
export function loadProgram(
  context: PathContext,
  path: Bytes,
  argv: readonly Bytes[],
): LoadedProgram {
  const name = path.slice(path.lastIndexOf('/') + 1).slice(0, NAME_BYTES);
  let file = path;
  let args = argv;
  for (let depth = 0; depth <= INTERPRETERS_PER_EXEC; depth++) {
    const { node, mount } = lookUpNode(context, file, true);
    if (!(node instanceof RegularFile)) fail('EACCES');
    if (!permits(context.credentials, node, EXECUTE)) fail('EACCES');
    const program = node.program ?? programIn(node.content);
    if (program) {
      const executable = context.mountTable.pathOf(mount, node, context.root);
      return { program, argv: args, name, executable };
    }
    const interpreter = interpreterOf(node.read(0, FIRST_LINE_BYTES));
    args = [...interpreter, file, ...args.slice(1)];
    file = interpreter[0];
  }
  return fail('ELOOP');
}

/** The interpreter, and its one argument if there is any. */
function interpreterOf(start: Bytes): [Bytes] | [Bytes, Bytes] {
  if (!start.startsWith('#!')) fail('ENOEXEC');
  const end = start.indexOf('\n');
  const line = (end === -1 ? start : start.slice(0, end)).slice(2).replace(/^[ \t]+|[ \t]+$/g, '');
  if (line === '') fail('ENOEXEC');
  const split = line.search(/[ \t]/);
  if (split === -1) return [line];
  return [line.slice(0, split), line.slice(split).replace(/^[ \t]+/, '')];
}

/** What variables take, by their map, which nobody changes: Infinity if one of them is too long. */
const sizes = new WeakMap<ReadonlyMap<Bytes, Bytes>, number>();

function sizeOf(env: ReadonlyMap<Bytes, Bytes>): number {
  let total = sizes.get(env);
  if (total !== undefined) return total;
  total = 0;
  for (const [name, value] of env) {
    const length = name.length + value.length + 1;
    total += length < BYTES_PER_ARGUMENT ? length + 9 : Number.POSITIVE_INFINITY;
  }
  sizes.set(env, total);
  return total;
}

/** E2BIG for arguments and variables that no exec could carry. */
export function checkArguments(argv: readonly Bytes[], env: ReadonlyMap<Bytes, Bytes>): void {
  let total = sizeOf(env);
  for (const argument of argv) {
    if (argument.length >= BYTES_PER_ARGUMENT) fail('E2BIG');
    total += argument.length + 9;
  }
  if (total > BYTES_PER_EXEC) fail('E2BIG');
}
