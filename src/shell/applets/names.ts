import { applet, UsageFailure } from './applet';
import { baseName, directoryName } from './files';
import { parseOptions } from './options';

/** Models coreutils/basename.c. */
export const basename = applet('basename', function* (run) {
  const options = parseOptions(run.args, { letters: '+as:', least: 1 });
  const many = options.has('a') || options.has('s');
  if (!many && options.operands.length > 2) throw new UsageFailure();
  const suffix = many ? (options.value('s') ?? '') : (options.operands[1] ?? '');
  for (const path of many ? options.operands : options.operands.slice(0, 1)) {
    const name = baseName(path);
    const cut = suffix !== '' && name !== suffix && name.endsWith(suffix);
    yield* run.out.write(`${cut ? name.slice(0, -suffix.length) : name}\n`);
  }
  return 0;
});

/** Models coreutils/dirname.c. */
export const dirname = applet('dirname', function* (run) {
  const options = parseOptions(run.args, { letters: '', least: 1, most: 1 });
  const path = options.operands[0] as string;
  const directory = directoryName(path);
  // Exactly two slashes at the front are a root of their own to the C library.
  const isDoubleRoot = directory === '/' && /^\/\/(?!\/)/.test(path);
  yield* run.out.write(`${isDoubleRoot ? '//' : directory}\n`);
  return yield* run.flushAll();
});
