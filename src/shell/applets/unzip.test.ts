import { describe, expect, it } from 'vitest';
import { testContainer } from '../../runtime/process/test-machine';
import { sh } from '../shell';
import { busybox } from './applets';

/** d/, d/a.txt (deflated: fifty times hello), b.sh (stored, executable). */
const ARCHIVE = atob(
  'UEsDBBQAAAAAAAA5plgAAAAAAAAAAAAAAAACAAAAZC9QSwMEFAAAAAgABTmmWP227d4NAAAALQEAAAcA' +
    'AABkL2EudHh0y0jNyclXyBgliSC5AFBLAwQUAAAAAAAGOaZYEUb7PwcAAAAHAAAABAAAAGIuc2hlY2hv' +
    'IHgKUEsBAhQDFAAAAAAAADmmWAAAAAAAAAAAAAAAAAIAAAAAAAAAAAAAAIABAAAAAGQvUEsBAhQDFAAA' +
    'AAgABTmmWP227d4NAAAALQEAAAcAAAAAAAAAAAAAAKQBIAAAAGQvYS50eHRQSwECFAMUAAAAAAAGOaZY' +
    'EUb7PwcAAAAHAAAABAAAAAAAAAAAAAAA7QFSAAAAYi5zaFBLBQYAAAAAAwADAJcAAAB7AAAAAAA=',
);

function run(script: string): string {
  const container = testContainer({
    programs: { sh, unzip: busybox, ls: busybox, cat: busybox, wc: busybox, stat: busybox },
    files: {
      '/w/t.zip': { kind: 'file', content: ARCHIVE },
      '/w/junk.zip': { kind: 'file', content: 'junk' },
    },
  });
  const started = container.spawn({ argv: ['sh', '-c', `cd /w; exec 2>&1; ${script}`] });
  const { clock } = container.machine.kernel;
  while (started.status === undefined && clock.step());
  return container.stdout.text;
}

describe('unzip', () => {
  it('unpacks, and makes the folders that it needs', () => {
    expect(run('unzip t.zip; wc -c d/a.txt; cat b.sh; stat -c %a b.sh')).toBe(
      'Archive:  t.zip\n   creating: d/\n  inflating: d/a.txt\n  inflating: b.sh\n' +
        '301 d/a.txt\necho x\n755\n',
    );
  });

  it('lists, writes to standard output, and leaves out what it shall', () => {
    expect(run('unzip -l t b.sh; unzip -p t.zip b.sh; unzip -q -d o t.zip -x b.sh; ls o')).toBe(
      'Archive:  t.zip\n  Length      Date    Time    Name\n---------  ---------- -----   ----\n' +
        '        7  05-06-2024 07:08   b.sh\n --------                     -------\n' +
        '        7                     3 files\necho x\nd\n',
    );
  });

  it('asks before it overwrites', () => {
    expect(
      run('unzip -q t.zip; echo n | unzip -q t.zip b.sh; echo $?; unzip -qn t.zip; echo $?'),
    ).toBe('replace b.sh? [y]es, [n]o, [A]ll, [N]one, [r]ename: 0\n0\n');
  });

  it('says what it cannot read', () => {
    expect(run('unzip nope.zip; echo $?; unzip junk.zip; echo $?')).toBe(
      "unzip: can't open nope.zip[.zip]\n1\nArchive:  junk.zip\nunzip: short read\n1\n",
    );
  });
});
