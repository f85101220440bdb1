import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { type Call, exitCodeOf, type Stat } from '../../runtime/syscalls';
import { applet, Exit, type Invocation } from './applet';
import { Confirmation } from './confirmation';
import { runCommand } from './execute';
import { attempt, baseName } from './files';
import {
  type Comparison,
  type FindExpression,
  type FindGroups,
  FindParser,
  type FindTest,
} from './find-expression';
import { readAccounts } from './users';
import { type Visit, type VisitResult, walk } from './walk';

/** Bytes of names that one `-exec … {} +` collects. */
const BATCH_BYTES = 30_000;

/** Models findutils/find.c. */
export const find = applet('find', function* (run) {
  const args = [...run.args];
  let links: 'L' | 'H' | undefined;
  while (args[0] === '-L' || args[0] === '-H' || args[0] === '-P') {
    const option = args.shift();
    if (option === '-L') links = 'L';
    if (option === '-H' && links !== 'L') links = 'H';
  }
  const start = args.findIndex((arg) => /^[-!(]/.test(arg));
  const paths = args.slice(0, start < 0 ? args.length : start);
  const parser = new FindParser(run, yield* readAccounts(run.sys), links);
  const expression = parser.parse(start < 0 ? [] : args.slice(start));
  const search = new Search(run, expression);
  let code = 0;
  for (const path of paths.length > 0 ? paths : ['.']) {
    if (!(yield* search.from(path, links))) code = 1;
  }
  return (yield* search.flushBatches()) ? code : 1;
});

/** Whether tests hold, and whether the search goes into the directory. */
interface Outcome {
  readonly holds: boolean;
  readonly prune: boolean;
}

class Search {
  readonly #run: Invocation;
  readonly #expression: FindExpression;
  #devices: readonly number[] = [];
  #code = 0;

  constructor(run: Invocation, expression: FindExpression) {
    this.#run = run;
    this.#expression = expression;
  }

  *from(path: Bytes, links: 'L' | 'H' | undefined): Call<boolean> {
    const { follow, depthFirst, oneFileSystem } = this.#expression;
    if (oneFileSystem) {
      const stat = attempt(() => this.#run.sys.stat(path));
      if (stat) this.#devices = [...this.#devices, stat.device];
    }
    const rules = {
      recursive: true,
      depthFirst,
      follow,
      followTop: links !== undefined,
      danglingOk: follow || links !== undefined,
    };
    const ok = yield* walk(this.#run, path, rules, (visit) => this.#visit(visit));
    if (!ok) this.#code = 1;
    return ok;
  }

  *#visit({ path, stat, depth }: Visit): Call<VisitResult> {
    const { groups, prints, leastDepth, mostDepth, oneFileSystem } = this.#expression;
    const foreign =
      oneFileSystem && stat.type === 'directory' && !this.#devices.includes(stat.device);
    if (depth < leastDepth) return foreign ? 'skip' : 'ok';
    if (depth > mostDepth) return 'skip';
    const { holds, prune } = yield* this.#evaluate(groups, path, stat);
    if (holds && prints) yield* this.#run.out.write(`${path}\n`);
    const deepest = stat.type === 'directory' && depth === mostDepth;
    return deepest || foreign || prune ? 'skip' : 'ok';
  }

  /** The first group whose tests all hold decides; -prune sticks wherever it was met. */
  *#evaluate(groups: FindGroups, path: Bytes, stat: Stat): Call<Outcome> {
    let prune = false;
    for (const group of groups) {
      let holds = true;
      for (const { test, invert } of group) {
        const outcome = yield* this.#apply(test, path, stat);
        prune ||= outcome.prune;
        holds = outcome.holds !== invert;
        if (!holds) break;
      }
      if (holds) return { holds, prune };
    }
    return { holds: false, prune };
  }

  *#apply(test: FindTest, path: Bytes, stat: Stat): Call<Outcome> {
    switch (test.kind) {
      case 'parentheses':
        return yield* this.#evaluate(test.groups, path, stat);
      case 'prune':
        return { holds: true, prune: true };
      case 'quit':
        throw new Exit(this.#code);
      case 'print':
      case 'print0':
        yield* this.#run.out.write(path + (test.kind === 'print' ? '\n' : '\0'));
        return { holds: true, prune: false };
      case 'delete':
        yield* this.#delete(path, stat);
        return { holds: true, prune: false };
      case 'exec':
        return { holds: yield* this.#exec(test, path), prune: false };
      default:
        return { holds: this.#holds(test, path, stat), prune: false };
    }
  }

  #holds(test: FindTest, path: Bytes, stat: Stat): boolean {
    switch (test.kind) {
      case 'name':
      case 'path': {
        const text = test.kind === 'name' ? baseName(path) : path;
        return test.pattern.matches(test.ignoreCase ? text.toLowerCase() : text);
      }
      case 'regex': {
        const match = test.regex.find(path);
        return match?.start === 0 && match.end === path.length;
      }
      case 'type':
        return stat.type === test.type;
      case 'permissions': {
        const bits = stat.mode & test.mask;
        if (test.sign === '-') return bits === test.mask;
        return test.sign === '' ? (stat.mode & 0o7777) === test.mask : bits !== 0;
      }
      case 'age':
        return this.#hasAge(Math.floor(stat[test.of] / 1000), test.than, test.unitSeconds);
      case 'newer':
        return Math.floor(stat.modifiedMs / 1000) > test.than;
      case 'same':
        return stat.inode === test.inode && (test.device ?? stat.device) === stat.device;
      case 'user':
        return stat.uid === test.id;
      case 'group':
        return stat.gid === test.id;
      case 'size':
        return compares(stat.size, test.than);
      case 'links':
        return compares(stat.links, test.than);
      case 'empty':
        if (stat.type !== 'directory') return stat.type === 'file' && stat.size === 0;
        return attempt(() => this.#run.sys.readdir(path).length) === 0;
      case 'executable':
        return (
          attempt(() => {
            this.#run.sys.access(path, { execute: true });
            return true;
          }) ?? false
        );
      default:
        return true;
    }
  }

  #hasAge(seconds: number, than: Comparison, unit: number): boolean {
    const age = Math.floor(this.#run.sys.nowMs / 1000) - seconds;
    const limit = than.value * unit;
    if (than.sign === '+') return age >= limit + unit;
    return than.sign === '-' ? age < limit : age >= limit && age < limit + unit;
  }

  *#delete(path: Bytes, stat: Stat): Call<void> {
    try {
      if (stat.type !== 'directory') this.#run.sys.unlink(path);
      else if (path !== '.') this.#run.sys.rmdir(path);
    } catch (error) {
      yield* this.#run.complainAbout(path, error);
    }
  }

  *#exec(test: FindTest & { kind: 'exec' }, path: Bytes): Call<boolean> {
    if (!test.batch) {
      const argv = test.argv.map((arg) => arg.replaceAll('{}', () => path));
      return yield* this.#execute(argv, test.ask);
    }
    test.batch.push(path);
    const size = test.batch.reduce((sum, name) => sum + name.length + 9, 0);
    return size < BATCH_BYTES || (yield* this.#executeBatch(test));
  }

  *#executeBatch(test: FindTest & { kind: 'exec' }): Call<boolean> {
    const names = test.batch?.splice(0) ?? [];
    const argv = test.argv.flatMap((arg) =>
      arg.includes('{}') ? names.map((name) => arg.replace('{}', () => name)) : [arg],
    );
    return yield* this.#execute(argv, test.ask);
  }

  *#execute(argv: readonly Bytes[], ask: boolean): Call<boolean> {
    yield* this.#run.out.flush();
    if (ask) {
      const confirmation = new Confirmation(this.#run);
      if (!(yield* confirmation.ask(`${argv.join(' ')} ?`))) return false;
    }
    const ended = yield* runCommand(this.#run.sys, argv);
    if (ended instanceof SysError) {
      yield* this.#run.complainAbout(argv[0] ?? '', ended);
      return false;
    }
    return exitCodeOf(ended) === 0;
  }

  /** Runs what `-exec … +` has still collected; false if one of the commands failed. */
  *flushBatches(groups: FindGroups = this.#expression.groups): Call<boolean> {
    for (const { test, invert } of groups.flat()) {
      if (test.kind !== 'exec' || !test.batch?.length) continue;
      if ((yield* this.#executeBatch(test)) === invert) return false;
    }
    return true;
  }
}

function compares(value: number, than: Comparison): boolean {
  if (than.sign === '+') return value > than.value;
  return than.sign === '-' ? value < than.value : value === than.value;
}
