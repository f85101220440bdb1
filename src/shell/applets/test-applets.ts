import type { Bytes } from '../../runtime/bytes';
import { testContainer } from '../../runtime/process/test-machine';
import { sh } from '../shell';
import { busybox } from './applets';

/** Standard output and standard error, together, of a script that may use these applets of busybox. */
export function runWithApplets(names: Bytes, script: Bytes): Bytes {
  const programs = Object.fromEntries(names.split(' ').map((name) => [name, busybox]));
  const container = testContainer({ programs: { ...programs, mkdir: busybox, sh } });
  const argv = ['sh', '-c', `mkdir -p /tmp/w; cd /tmp/w; exec 2>&1; ${script}`];
  const started = container.spawn({ argv });
  const { clock } = container.machine.kernel;
  while (started.status === undefined && clock.now < 60_000 && clock.step());
  return container.stdout.text;
}
