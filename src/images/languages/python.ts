import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { typeOf } from '../files';
import { literals, type Step, statements } from './literals';
import { serveFolder } from './python-http-server';
import { waitAsPlaceholder } from './wait';

/**
 * python: `-m http.server`, and `-c` with literal prints, sleeps and an exit. Anything else says that it is
 * not simulated, and waits.
 */
export function pythonProgram(version: string): Program {
  return function* python(sys) {
    const args = sys.argv.slice(1);
    let unbuffered = (sys.env.get('PYTHONUNBUFFERED') ?? '') !== '';
    while (/^-[uBOEsSI]+$/.test(args[0] ?? ''))
      unbuffered = args.shift()?.includes('u') || unbuffered;
    const [first, ...rest] = args;
    if (first === '--version' || first === '-V') {
      yield* sys.write(1, `Python ${version}\n`);
      return 0;
    }
    if (first === '-c') return yield* runText(sys, rest[0] ?? '', unbuffered);
    if (first === '-m' && rest[0] === 'http.server') {
      return yield* serveFolder(sys, rest.slice(1), { version, unbuffered });
    }
    if (first === '-m') return yield* waitAsPlaceholder(sys, `Python's module ${rest[0] ?? ''}`);
    if (first === undefined || first === '-') return yield* readStdin(sys);
    if (typeOf(sys, first) === undefined) {
      const path = first.startsWith('/') ? first : `${sys.cwd === '/' ? '' : sys.cwd}/${first}`;
      const name = (sys.argv[0] ?? 'python3').replace(/^.*\//, '');
      yield* sys.write(
        2,
        `${name}: can't open file '${path}': [Errno 2] No such file or directory\n`,
      );
      return 2;
    }
    return yield* waitAsPlaceholder(sys, `the Python program ${first}`);
  };
}

/** Without a program Python reads one from its input: an empty one is over at once. */
function* readStdin(sys: Sys): Call<number> {
  if (sys.isatty(0)) return yield* waitAsPlaceholder(sys, "Python's interactive mode");
  const bytes = yield* sys.read(0, 65_536);
  return bytes === '' ? 0 : yield* runText(sys, bytes, false);
}

function* runText(sys: Sys, text: Bytes, unbuffered: boolean): Call<number> {
  const steps = statements(text).map((statement) => stepOf(statement));
  if (steps.some((step) => step === undefined))
    return yield* waitAsPlaceholder(sys, 'this Python text');
  // Output into anything but a terminal is kept back until the end.
  const direct = unbuffered || sys.isatty(1);
  let pending = '';
  for (const step of steps) {
    if (step?.kind === 'print' && direct) yield* sys.write(1, step.text);
    else if (step?.kind === 'print') pending += step.text;
    else if (step?.kind === 'sleep') {
      try {
        yield* sys.sleep(step.ms);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
      }
    } else if (step?.kind === 'exit') {
      yield* sys.write(1, pending);
      return step.code;
    }
  }
  if (pending !== '') yield* sys.write(1, pending);
  return 0;
}

function stepOf(statement: Bytes): Step | undefined {
  const text = statement.trim();
  if (/^(#|pass$)/.test(text) || /^(import|from) [\w., ]+$/.test(text)) {
    return /http|flask|django|requests|numpy/i.test(text) ? undefined : { kind: 'nothing' };
  }
  const print = /^print\((.*)\)$/s.exec(text);
  if (print) {
    const flushed = (print[1] ?? '').replace(/,\s*flush\s*=\s*True\s*$/, '');
    const output = literals(flushed);
    return output === undefined ? undefined : { kind: 'print', text: `${output}\n` };
  }
  const sleep = /^(?:time\.)?sleep\((\d+(?:\.\d+)?)\)$/.exec(text);
  if (sleep) return { kind: 'sleep', ms: Number(sleep[1]) * 1000 };
  const exit = /^(?:sys\.)?exit\((\d*)\)$/.exec(text);
  return exit ? { kind: 'exit', code: Number(exit[1] || 0) & 255 } : undefined;
}
