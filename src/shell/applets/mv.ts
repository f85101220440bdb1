import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, UsageFailure } from './applet';
import { Confirmation } from './confirmation';
import { FileCopier } from './copy-file';
import { statForCopy } from './cp';
import { attempt, baseName, joinPath, lstatOf, statOf, stripSlashes } from './files';
import { parseOptions } from './options';
import { removeFile } from './remove-file';

/** Models coreutils/mv.c. */
export const mv = applet('mv', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'finTt:v',
    long: {
      interactive: 'i',
      force: 'f',
      'no-clobber': 'n',
      'no-target-directory': 'T',
      'target-directory=': 't',
      verbose: 'v',
    },
    least: 1,
  });
  if (options.has('t') && options.has('T')) throw new UsageFailure();
  const mover = new Mover(run, options.last('f', 'i', 'n'), options.has('v'));
  const operands = [...options.operands];
  let directory = options.value('t');
  if (directory === undefined) {
    if (operands.length < 2) throw new UsageFailure();
    if (operands.length > 2 && options.has('T')) throw new UsageFailure();
    directory = operands.pop() as Bytes;
    const source = operands[0] as Bytes;
    if (operands.length === 1) {
      const target = yield* statForCopy(run, directory, true);
      const intoDirectory = target?.type === 'directory';
      if (intoDirectory && options.has('T')) {
        const from = statOf(run, source);
        if (from && from.type !== 'directory') throw new Failure(`'${directory}' is a directory`);
      }
      if (!intoDirectory || options.has('T')) {
        return (yield* mover.move(source, directory, target)) ? 0 : 1;
      }
    }
  }
  let code = 0;
  for (const operand of operands) {
    const source = stripSlashes(operand);
    const target = joinPath(directory, baseName(source));
    const existing = yield* statForCopy(run, target, true);
    if (!(yield* mover.move(source, target, existing))) code = 1;
  }
  return code;
});

class Mover {
  readonly #run: Invocation;
  readonly #mode: string | undefined;
  readonly #verbose: boolean;
  readonly #confirmation: Confirmation;

  constructor(run: Invocation, mode: string | undefined, verbose: boolean) {
    this.#run = run;
    this.#mode = mode;
    this.#verbose = verbose;
    this.#confirmation = new Confirmation(run);
  }

  *move(source: Bytes, target: Bytes, existing: Stat | undefined): Call<boolean> {
    const moved = yield* this.#rename(source, target, existing);
    if (this.#verbose) yield* this.#run.out.write(`'${source}' -> '${target}'\n`);
    return moved;
  }

  *#rename(source: Bytes, target: Bytes, existing: Stat | undefined): Call<boolean> {
    const { sys } = this.#run;
    if (existing) {
      if (this.#mode === 'n') return true;
      const question = `mv: overwrite '${target}'? `;
      if (this.#mustAsk(target) && !(yield* this.#confirmation.ask(question))) return true;
    }
    try {
      sys.rename(source, target);
      return true;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const from = lstatOf(this.#run, source);
      if (error.errno === 'EXDEV' && from) return yield* this.#copy(source, target, from, existing);
      yield* this.#run.complainAbout(`can't rename '${source}'`, error);
      return false;
    }
  }

  #mustAsk(target: Bytes): boolean {
    if (this.#mode === 'f') return false;
    if (this.#mode === 'i') return true;
    const { sys } = this.#run;
    const writable = attempt(() => {
      sys.access(target, { write: true });
      return true;
    });
    return !writable && sys.isatty(0);
  }

  /** Between file systems a file is copied with all it has, then removed. */
  *#copy(source: Bytes, target: Bytes, from: Stat, existing: Stat | undefined): Call<boolean> {
    const { sys } = this.#run;
    if (existing) {
      const fromDirectory = from.type === 'directory';
      if ((existing.type === 'directory') !== fromDirectory) {
        const [to, what] = fromDirectory ? ['non-', ''] : ['', 'non-'];
        yield* this.#run.complain(`can't overwrite ${to}directory with ${what}directory`);
        return false;
      }
      try {
        sys.unlink(target);
      } catch (error) {
        yield* this.#run.complainAbout(`can't remove '${target}'`, error);
        return false;
      }
    }
    const copier = new FileCopier(
      this.#run,
      {
        recursive: true,
        dereference: false,
        dereferenceTop: false,
        preserve: true,
        interactive: false,
        noOverwrite: false,
        update: false,
        link: 'none',
        removeDestination: false,
        verbose: false,
      },
      this.#confirmation,
    );
    if (!(yield* copier.copy(source, target))) return false;
    const rules = { force: true, recursive: true, interactive: false, verbose: false };
    return yield* removeFile(this.#run, source, rules, this.#confirmation);
  }
}
