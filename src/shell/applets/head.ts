import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { closeInput, openOrComplain } from './files';
import { INPUT_BUFFER, LineReader, readAll } from './lines';
import { BLOCK_SUFFIXES, parseInteger } from './numbers';
import { parseOptions } from './options';

interface Amount {
  readonly count: number;
  readonly unit: 'bytes' | 'lines';
  /** All but the last `count`. */
  readonly except: boolean;
}

/** Models coreutils/head.c. */
export const head = applet('head', function* (run) {
  const first = run.args[0];
  const legacy = first !== undefined && /^-[0-9]/.test(first);
  let amount: Amount = legacy
    ? amountOf(first.slice(1), 'lines')
    : { count: 10, unit: 'lines', except: false };
  const options = parseOptions(legacy ? run.args.slice(1) : run.args, { letters: 'n:c:qv' });
  let unit: Amount['unit'] = 'lines';
  for (const { key, value } of options.given) {
    if (key === 'c') unit = 'bytes';
    if (value !== undefined) amount = amountOf(value, unit);
  }
  const files = options.operands.length > 0 ? options.operands : ['-'];
  const headers = options.last('q', 'v') ?? (files.length > 1 ? 'v' : 'q');
  let code = 0;
  let separator = '';
  for (const file of files) {
    const fd = yield* openOrComplain(run, file, 'name only');
    if (fd === undefined) {
      code = 1;
    } else {
      if (headers === 'v') {
        yield* run.out.write(`${separator}==> ${file === '-' ? 'standard input' : file} <==\n`);
      }
      try {
        yield* printHead(run, fd, amount);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        yield* run.complain(`${file}: Input/output error`);
        code = 1;
      }
      closeInput(run, fd);
    }
    separator = '\n';
  }
  return code;
});

function amountOf(text: Bytes, unit: Amount['unit']): Amount {
  const except = text.startsWith('-');
  const count = parseInteger(except ? text.slice(1) : text, { least: 0, suffixes: BLOCK_SUFFIXES });
  return { count, unit, except };
}

function* printHead(run: Invocation, fd: number, amount: Amount): Call<void> {
  if (amount.except) yield* printAllButLast(run, fd, amount);
  else if (amount.unit === 'bytes') yield* printBytes(run, fd, amount.count);
  else yield* printLines(run, fd, amount.count);
}

function* printBytes(run: Invocation, fd: number, count: number): Call<void> {
  let left = count;
  while (left > 0) {
    const part = yield* run.sys.read(fd, Math.min(left, INPUT_BUFFER));
    if (part === '') return;
    left -= part.length;
    yield* run.out.write(part);
  }
}

function* printLines(run: Invocation, fd: number, count: number): Call<void> {
  const reader = new LineReader(run.sys, fd);
  for (let left = count; left > 0; left--) {
    const line = yield* reader.next();
    if (line === undefined) return;
    yield* run.out.write(line);
  }
}

function* printAllButLast(run: Invocation, fd: number, amount: Amount): Call<void> {
  if (amount.unit === 'bytes') {
    const text = yield* readAll(run.sys, fd);
    if (text.length > amount.count) yield* run.out.write(text.slice(0, text.length - amount.count));
    return;
  }
  const held: Bytes[] = [];
  const reader = new LineReader(run.sys, fd);
  for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
    held.push(line);
    if (held.length > amount.count) yield* run.out.write(held.shift() as Bytes);
  }
}
