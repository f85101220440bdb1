import type { Bytes } from '../../runtime/bytes';
import { runAlias, runUnalias } from './alias';
import type { Builtin, BuiltinMain } from './builtin';
import { runCd, runPwd } from './cd';
import { runBreak, runExit, runReturn, runShift } from './control-flow';
import { runDot } from './dot';
import { runEcho } from './echo';
import { runEval } from './eval';
import { runExec } from './exec';
import { runGetopts } from './getopts';
import { runHash } from './hash';
import { runHelp, runHistory } from './help';
import { runForeground, runJobs } from './job-commands';
import { runKill } from './kill';
import { runLet } from './let';
import { runPrintf } from './printf';
import { runRead } from './read';
import { runSet } from './set';
import { runTest } from './test';
import { runTimes } from './times';
import { runTrap } from './trap';
import { runFalse, runTrue } from './true-false';
import { runCommand, runType } from './type';
import { runUlimit } from './ulimit';
import { runUmask } from './umask';
import { runExport, runLocal, runUnset } from './variables-commands';
import { runWait } from './wait';

const table = new Map<Bytes, Builtin>();

/** The built-ins of busybox ash by name, in the order in which `help` lists them. */
export const BUILTINS: ReadonlyMap<Bytes, Builtin> = table;

/** `s`: special, `r`: regular, `a`: arguments may be assignments. */
const DEFINITIONS: readonly (readonly [name: Bytes, traits: string, main: BuiltinMain])[] = [
  ['.', 'sr', runDot],
  [':', 'sr', runTrue],
  ['[', 'r', runTest],
  ['[[', 'r', runTest],
  ['alias', 'ra', runAlias],
  ['bg', 'r', runForeground],
  ['break', 'sr', runBreak],
  ['cd', 'r', runCd],
  ['chdir', '', runCd],
  ['command', 'r', runCommand(table)],
  ['continue', 'sr', runBreak],
  ['echo', 'r', runEcho],
  ['eval', 'sr', runEval],
  ['exec', 'sr', runExec],
  ['exit', 'sr', runExit],
  ['export', 'sra', runExport],
  ['false', 'r', runFalse],
  ['fg', 'r', runForeground],
  ['getopts', 'r', runGetopts],
  ['hash', 'r', runHash(table)],
  ['help', '', runHelp(table)],
  ['history', '', runHistory],
  ['jobs', 'r', runJobs],
  ['kill', 'r', runKill],
  ['let', '', runLet],
  ['local', 'sra', runLocal],
  ['printf', 'r', runPrintf],
  ['pwd', 'r', runPwd],
  ['read', 'r', runRead],
  ['readonly', 'sra', runExport],
  ['return', 'sr', runReturn],
  ['set', 'sr', runSet],
  ['shift', 'sr', runShift],
  ['source', 'sr', runDot],
  ['test', 'r', runTest],
  ['times', 'sr', runTimes],
  ['trap', 'sr', runTrap],
  ['true', 'r', runTrue],
  ['type', 'r', runType(table)],
  ['ulimit', 'r', runUlimit],
  ['umask', 'r', runUmask],
  ['unalias', 'r', runUnalias],
  ['unset', 'sr', runUnset],
  ['wait', 'r', runWait],
];

for (const [name, traits, main] of DEFINITIONS) {
  table.set(name, {
    name,
    main,
    special: traits.includes('s'),
    regular: traits.includes('r'),
    assigns: traits.includes('a'),
  });
}
