import type { Bytes } from '../../runtime/bytes';
import { formatEcho } from '../builtins/echo';
import { formatPrintf } from '../builtins/printf';
import { evaluateTest } from '../builtins/test';
import { type AppletProgram, applet, Failure, strerror } from './applet';

/** Models coreutils/echo.c; the shell has the same as a built-in. */
export const echo = applet(
  'echo',
  function* (run) {
    try {
      yield* run.sys.write(1, formatEcho(run.args));
    } catch (error) {
      throw new Failure(`write error: ${strerror(error)}`);
    }
    return 0;
  },
  { plainHelp: true },
);

/** Models coreutils/printf.c. */
export const printf = applet('printf', function* (run) {
  const result = formatPrintf(run.args);
  if (run.args.length === 0) yield* run.showUsage();
  else for (const complaint of result.complaints) yield* run.complain(complaint);
  yield* run.out.write(result.output);
  return run.args.length === 0 ? 1 : result.status;
});

export const test = testApplet('test');
export const bracket = testApplet('[');
export const doubleBracket = testApplet('[[');

/** Models coreutils/test.c. */
function testApplet(name: Bytes): AppletProgram {
  return applet(
    name,
    function* (run) {
      const result = evaluateTest(run.sys, [name, ...run.args]);
      if (result.complaint !== undefined) yield* run.complain(result.complaint);
      return result.status;
    },
    { plainHelp: true },
  );
}

/** Models coreutils/pwd.c: the variable's folder if it is this one, unless -P asks for the real one. */
export const pwd = applet('pwd', function* (run) {
  const logical = run.sys.env.get('PWD');
  const real = run.sys.cwd;
  let folder = real;
  if (!run.args.includes('-P') && logical?.startsWith('/') && !/(^|\/)\.\.?(\/|$)/.test(logical)) {
    try {
      const named = run.sys.stat(logical);
      const here = run.sys.stat('.');
      if (named.inode === here.inode && named.device === here.device) folder = logical;
    } catch (error) {
      strerror(error);
    }
  }
  yield* run.out.write(`${folder}\n`);
  return yield* run.flushAll();
});
