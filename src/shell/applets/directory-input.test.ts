import { describe, expect, it } from 'vitest';
import { runWithApplets } from './test-applets';

const APPLETS =
  'cat cksum cmp comm cut dirname fold head mkdir nl od paste rev sum tac tail uniq sort readlink';

describe('a directory where a file is read', () => {
  it.each([
    ['head a d', '==> a <==\n1\n2\n\n==> d <==\nhead: d: Input/output error\n'],
    ['fold d a', 'fold: d: Input/output error\n1\n2\n'],
    ['tac d a', 'tac: d: Is a directory\n2\n1\n'],
    ['uniq d', 'uniq: d: I/O error\n'],
    ['cmp d a; echo $?', 'cmp: d: I/O error\n2\n'],
    ['od d', 'od: d: read error\n0000000\n'],
    ['cksum d a', 'cksum: d: Is a directory\n'],
    ['sum d a', 'sum: d: Is a directory\n41003     1 a\n'],
    ['cut -c1 d a; nl d; rev d; echo $?', '1\n2\n0\n'],
    ['paste d a; comm d a', '1\n2\n\t1\n\t2\n'],
  ])('%s', (script, expected) => {
    const text = runWithApplets(APPLETS, `printf '1\\n2\\n' > a; mkdir d; { ${script}; } 2>&1`);
    expect(text).toBe(expected);
  });
});

describe('what files are called', () => {
  it.each([
    ['sort nope', 'sort: nope: No such file or directory\n'],
    ['echo x | tail -v', '==> standard input <==\nx\n'],
    ['echo x | tail -v -', '==> - <==\nx\n'],
    ['dirname //; dirname //a; dirname ///a', '//\n//\n/\n'],
    ['echo > a; mkdir -p a/b', "mkdir: can't create directory 'a/': Not a directory\n"],
    ['echo > a; readlink -v a', 'readlink: a: cannot read link: not a symlink\n'],
    ["printf 'a\\nb\\n' > a; echo c > b; tac a b", 'b\na\nc\n'],
  ])('%s', (script, expected) =>
    expect(runWithApplets(APPLETS, `{ ${script}; } 2>&1`)).toBe(expected),
  );
});
