import type { Bytes } from '../../runtime/bytes';
import type { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, type Invocation, strerror } from './applet';
import { attempt, statOf } from './files';
import { type Options, parseOptions } from './options';
import { readSmallFile } from './users';

/** Models procps/sysctl.c: shows and sets what is below /proc/sys. */
export const sysctl = applet('sysctl', function* (run) {
  const options = parseOptions(run.args, { letters: '+neAapwq' });
  let code = 0;
  run.sys.chdir('/proc/sys');
  if (options.has('p')) {
    const files = options.operands.length > 0 ? options.operands : ['/etc/sysctl.conf'];
    for (const file of files) code |= yield* preload(run, options, file);
    return code;
  }
  if (options.has('a') || options.has('A')) return yield* actOn(run, options, '.');
  for (const operand of options.operands) {
    code |= yield* actOn(run, options, pathOf(run, operand));
  }
  return code;
});

function* preload(run: Invocation, options: Options, file: Bytes): Call<number> {
  let code = 0;
  for (const line of (yield* readSmallFile(run.sys, file)).split('\n')) {
    const match = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, name = '', value = ''] = match;
    code |= yield* actOnSetting(run, options, `${pathOf(run, name)}=${value}`);
  }
  return code;
}

/** A key as a path: as few dots as possible become slashes, so that names with dots are found. */
function pathOf(run: Invocation, setting: Bytes): Bytes {
  const end = setting.indexOf('=') < 0 ? setting.length : setting.indexOf('=');
  const key = setting.slice(0, end);
  const slash = key.indexOf('/');
  if (slash >= 0 && key.slice(0, slash).includes('.')) return swapped(key) + setting.slice(end);
  let path = key;
  let settled = -1;
  for (let at = path.length; at > settled; at--) {
    if (at < path.length && path[at] !== '.') continue;
    if (!statOf(run, path.slice(0, at))) continue;
    settled = at;
    if (at === path.length) break;
    path = `${path.slice(0, at)}/${path.slice(at + 1)}`;
    at = path.length + 1;
  }
  return path + setting.slice(end);
}

function swapped(text: Bytes): Bytes {
  return text.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.'));
}

function* actOn(run: Invocation, options: Options, path: Bytes): Call<number> {
  const isDirectory =
    !options.has('w') && !path.includes('=') && statOf(run, path)?.type === 'directory';
  if (!isDirectory) return yield* actOnSetting(run, options, path);
  let code = 0;
  for (const name of attempt(() => run.sys.readdir(path)) ?? []) {
    yield* run.sys.breathe();
    code |= yield* actOn(run, options, path === '.' ? name : `${path}/${name}`);
  }
  return code;
}

function* actOnSetting(run: Invocation, options: Options, setting: Bytes): Call<number> {
  const equals = setting.indexOf('=');
  const writes = equals >= 0 || options.has('w');
  const path = equals < 0 ? setting : setting.slice(0, equals);
  const name = swapped(path);
  if (writes && equals < 0) {
    yield* run.complain(`error: '${name}' must be of the form name=value`);
    return 1;
  }
  if (writes && path === '') {
    yield* run.complain(`error: malformed setting '${swapped(setting)}'`);
    return 1;
  }
  try {
    const prefix = options.has('n') ? '' : `${name} = `;
    if (!writes) {
      const fd = yield* run.sys.open(path, { read: true });
      run.sys.close(fd);
      const text = yield* readSmallFile(run.sys, path);
      yield* run.out.write(text.replace(/[^\n]*\n|[^\n]+$/g, (line) => prefix + line));
      return 0;
    }
    const value = setting.slice(equals + 1);
    const fd = yield* run.sys.open(path, { write: true, create: true, truncate: true }, 0o666);
    yield* run.sys.write(fd, value);
    run.sys.close(fd);
    if (!options.has('q')) yield* run.out.write(`${prefix}${value}\n`);
    return 0;
  } catch (error) {
    const reason = strerror(error);
    const { errno } = error as SysError;
    if (errno === 'ENOENT') {
      if (!options.has('e')) yield* run.complain(`error: '${name}' is an unknown key`);
    } else if (errno === 'EACCES' && !writes) return 0;
    else yield* run.complain(`error ${writes ? 'sett' : 'read'}ing key '${name}': ${reason}`);
    return 1;
  }
}
