import { describe, expect, it } from 'vitest';
import { runWithApplets } from './test-applets';

/** What ed says to some commands for a file of three lines. */
function edit(commands: string): string {
  const files = "printf 'one two\\ntwo one\\no o o\\n' > a";
  return runWithApplets('ed', `${files}; printf '${commands}' | ed -s a`);
}

describe('ed', () => {
  it.each([
    ['p\\n1\\n$\\n.-1p\\n=\\n', 'o o o\none two\no o o\ntwo one\n2\n'],
    [',s/o/0/g\\np\\n,p\\n', '0 0 0\n0ne tw0\ntw0 0ne\n0 0 0\n'],
    [',s/o/00/\\n,p\\n', '00ne two\ntw00 one\no o 00\n'],
    ['1,2s/o/0/p\\ns/x/y/\\n', '0ne two\ntw0 one\ned: no substitutions found for "x"\n'],
    ['1a\\nx\\n.\\n3d\\n,p\\n', 'one two\nx\no o o\n'],
    ['1,2c\\nnew\\n.\\n,l\\n', 'new$\no o o$\n'],
    ['2i\\nx\\n.\\nw b\\nQ\\n', 'ed: unimplemented command\n'],
    ["1ka\\n3\\n'\"'\"'a\\n", 'o o o\none two\n'],
    ['1\\n/wo o/p\\n/x/\\n', 'one two\ntwo one\ned: can\'t find string "x"\n'],
    ['9p\\n\\n', 'ed: bad line range for print\ned: line number 4 does not exist\n'],
    ['f\\nf x\\nf\\nr nope\\n', '"a"\n"x"\ned: nope: No such file or directory\n'],
    ['1d\\nq\\ny\\np\\n', 'Really quit? '],
  ])('%s', (commands, expected) => expect(edit(commands)).toBe(expected));

  it('tells sizes, and writes', () => {
    const script = "printf 'a\\nb' > f; printf '1d\\nw\\nq\\n' | ed f; cat f; ed nope; echo $?";
    expect(runWithApplets('cat ed', script)).toBe(
      '3\n2\nb\ned: nope: No such file or directory\n0\n',
    );
  });
});
