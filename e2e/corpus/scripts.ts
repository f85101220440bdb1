// How scripts from the wild are judged. Nothing is compared with a recording here: what is asked is
// whether a script that needs only busybox ends in a way that a real container would end it, too.
//
//   parses          our ash reads it, or bash where it has bash's syntax. A piece of a script whose other
//                   lines are missing cannot parse anywhere (`--reference` asks a real shell, by `-n`).
//   only busybox    every command is a function, a built-in or an applet; no host outside the cluster.
//   sensible end    exit 0; or still running because it loops, sleeps or serves; or a failure whose
//                   messages say what is missing in an empty container, or the code it asked for itself.
//   not sensible    anything else: a syntax error, an applet that is not there, an option that the applet
//                   ought to know, a failure without a word, a program of Podlab that threw.

import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { scriptsOfManifests } from './manifest-scripts';
import { type Needs, needsOf } from './needs';
import { runInPod, type ScriptRun } from './run-script';
import { type ScriptUnit, scriptUnits, wholeScript } from './script-units';

export interface ScriptOptions {
  readonly minutes: number;
  /** A real shell to ask about what does not parse, as `busybox`; it only reads, by `sh -n`. */
  readonly reference: string | undefined;
  readonly verbose: boolean;
}

interface Verdict {
  readonly sensible: boolean;
  readonly why: string;
}

/** Messages that say that something of the empty container is missing or forbidden. */
const OF_THE_ENVIRONMENT = [
  /No such file or directory|nonexistent directory|No such (process|device)|no such user/i,
  /can't (open|create|cd|connect|stat|resolve)|cannot (stat|open|access)|bad address/i,
  /Connection refused|timed out|Network is unreachable|No route to host|can't find|NXDOMAIN/i,
  /Permission denied|Operation not permitted|Read-only file system|must be suid|Not a directory/i,
  /unknown (user|group|key)|unknown operand|is an unknown key|module .* not found|no process/i,
  /: not found$/,
];
/** Messages that no real busybox would give here. */
const OUR_FAULT = [
  /not simulated|applet not found|unrecognized option|invalid option|syntax error/i,
  /bad substitution|unknown predicate|unsupported/i,
];
const QUIET_FAILURES =
  /(^|[\s(`;])(test|\[|grep|[ef]grep|pidof|pgrep|find|false|diff|cmp|exit|kill|expr)(\s|$)/;

function judge(unit: ScriptUnit, needs: Needs, run: ScriptRun): Verdict {
  if (run.failure) return { sensible: false, why: `internal failure: ${run.failure}` };
  const messages = run.stderr.split('\n').filter((line) => line !== '');
  const fault = messages.find((line) => OUR_FAULT.some((pattern) => pattern.test(line)));
  if (fault) return { sensible: false, why: fault };
  if (run.exitCode === 0) return { sensible: true, why: 'exit 0' };
  if (run.exitCode === undefined) {
    if (needs.waits) return { sensible: true, why: 'runs on, by design' };
    return { sensible: false, why: 'runs on for no reason that its text shows' };
  }
  const missing = messages.find((line) => OF_THE_ENVIRONMENT.some((p) => p.test(line)));
  if (missing) return { sensible: true, why: `exit ${run.exitCode}, as ${missing}` };
  if (QUIET_FAILURES.test(unit.text)) {
    return { sensible: true, why: `exit ${run.exitCode}, as a test or its own exit says` };
  }
  const said = messages.at(-1) ?? 'without a message';
  return { sensible: false, why: `exit ${run.exitCode}: ${said}` };
}

function realShellReads(reference: string, text: string): boolean {
  const options = { input: text, timeout: 5000 };
  const asAsh = spawnSync(reference, ['sh', '-n'], options);
  if (asAsh.status === 0) return true;
  return spawnSync('bash', ['-n'], options).status === 0;
}

function show(unit: ScriptUnit, why: string): void {
  const text = unit.text.replaceAll('\n', '\n    | ');
  console.log(`  line ${unit.line}: ${why}\n    | ${text.slice(0, 600)}`);
}

/** Judges every script of the files, and of the manifests in the folders, prints counts and what is not sensible; the number of those. */
export function judgeScripts(files: readonly string[], options: ScriptOptions): number {
  const units = files.flatMap((file) =>
    statSync(file).isDirectory()
      ? scriptsOfManifests(file).map(wholeScript)
      : scriptUnits(readFileSync(file, 'utf8')),
  );
  const pieces = units.filter((unit) => !unit.dialect);
  const refusedWrongly = options.reference
    ? pieces.filter(({ text }) => realShellReads(options.reference ?? '', text))
    : [];
  const bad: [ScriptUnit, string][] = [];
  const counts = { bash: 0, others: 0, hosts: 0, unknown: 0, judged: 0, sensible: 0 };
  for (const unit of units) {
    if (!unit.parsed || !unit.dialect) continue;
    if (unit.dialect === 'bash') counts.bash++;
    const needs = needsOf(unit.parsed, unit.dialect);
    if (needs.others.length > 0) {
      counts.others++;
      if (options.verbose) show(unit, `other programs: ${needs.others.join(' ')}`);
      continue;
    }
    if (needs.hosts.length > 0) {
      counts.hosts++;
      if (options.verbose) show(unit, `outside hosts: ${needs.hosts.join(' ')}`);
      continue;
    }
    counts.judged++;
    const verdict = judge(unit, needs, runInPod(unit.text, unit.dialect, options.minutes));
    if (verdict.sensible) counts.sensible++;
    else bad.push([unit, verdict.why]);
    if (options.verbose)
      show(unit, `${verdict.sensible ? 'sensible' : 'NOT SENSIBLE'}: ${verdict.why}`);
  }
  const lines = units.reduce((sum, unit) => sum + unit.lines, 0);
  const parsed = units.length - pieces.length;
  const share = counts.judged === 0 ? 100 : (100 * counts.sensible) / counts.judged;
  console.log(`${lines} lines, read as ${units.length} scripts`);
  console.log(`${parsed} parse, ${counts.bash} of them only as bash`);
  console.log(`${pieces.length} are pieces of scripts whose other lines are missing`);
  if (options.reference) {
    console.log(`${refusedWrongly.length} of those a real shell reads all the same`);
    for (const unit of refusedWrongly) show(unit, `syntax error: ${unit.refusal}`);
  } else for (const unit of options.verbose ? pieces : []) show(unit, `${unit.refusal}`);
  console.log(`${counts.others} need programs that no busybox has, ${counts.hosts} outside hosts`);
  console.log(
    `${counts.judged} need only busybox: ${counts.sensible} of them (${share.toFixed(1)} %) ` +
      `come to a sensible end within ${options.minutes} virtual minutes`,
  );
  if (bad.length > 0) console.log('not sensible:');
  for (const [unit, why] of bad) show(unit, why);
  return refusedWrongly.length + bad.length;
}
