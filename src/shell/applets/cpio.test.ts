import { describe, expect, it } from 'vitest';
import { runWithApplets } from './test-applets';

const TREE = 'mkdir -p d/e; echo x > d/a; ln -s a d/l; ln d/a d/h; find d | sort > names';

const EXTRACTED = '2 blocks\nx\na\n2\n';

function run(script: string): string {
  const names = 'cat cpio find head ln ls readlink rm sort stat';
  return runWithApplets(names, `${TREE}; cpio -o -H newc < names > c; ${script}`);
}

describe('cpio', () => {
  it.each([
    ['cpio -t < c', 'd\nd/e\nd/l\nd/a\n2 blocks\n'],
    ['rm -r d; cpio -i < c; cat d/h; readlink d/l; stat -c %h d/a', EXTRACTED],
    ['rm -r d; cpio -i d/a < c', "cpio: can't open 'd/a': No such file or directory\n"],
    ['rm -r d; cpio -id d/a < c; ls d', '2 blocks\na\n'],
    ['cpio -iv d/a < c', 'd/a\ncpio: d/a not created: newer or same age file exists\n2 blocks\n'],
    ['echo y > d/a; cpio -iu d/a < c; cat d/a', '2 blocks\nx\n'],
    ['mkdir o; cpio -p o < names; ls o/d', '2 blocks\na\ne\nh\nl\n'],
    ['head -c 250 c | cpio -t', 'd\nd/e\ncpio: short read\n'],
    ['cpio -t < /dev/null', ''],
    ['echo no | cpio -o -H newc', 'cpio: no: No such file or directory\n'],
  ])('%s', (script, expected) => expect(run(script)).toBe(expected));
});
