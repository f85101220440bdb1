import type { ApiClient } from '../api/client';
import type { Task } from '../kernel/task';
import { fromBytes } from '../runtime/bytes';
import { SysError } from '../runtime/errno';
import type { Program, Sys } from '../runtime/syscalls';
import type { Command, Invocation } from './command';
import { findCommand } from './command-tree';
import { ROOT } from './commands/root';
import { contextNamespace, type Kubeconfig, loadKubeconfig } from './config/kubeconfig';
import { checkConnection } from './config/overrides';
import { refusedAttempts, tellRefused } from './config/refused';
import { errorText, KubectlError, plain } from './errors';
import { goErrno } from './files';
import { GLOBAL_FLAGS } from './flags/common-flags';
import type { FlagValues } from './flags/flag-values';
import { HelpWanted, type ParsedCommandLine, parseFlags } from './flags/parse';
import { helpText } from './help';
import { Output } from './output';

/**
 * What starting the program, discovery and reading the schema cost before its first request, µs of CPU: on a
 * real node no Pod had a status sooner than 0.2 s after `kubectl apply` began, and most after 0.3 to 0.5 s.
 */
const START_MICROSECONDS = 250_000;

/** `kubectl` as a program: a client of the API like any other. */
export function createKubectl(options: { readonly client: ApiClient }): Program {
  return function* kubectl(sys: Sys): Task<number> {
    const output = new Output();
    let code: number;
    sys.spend(START_MICROSECONDS);
    yield* sys.breathe();
    try {
      code = yield* run(sys, options.client, output);
    } catch (error) {
      code = report(error, output);
    }
    yield* output.flush(sys);
    return code;
  };
}

function report(error: unknown, output: Output): number {
  if (error instanceof SysError) {
    output.err(`error: ${goErrno(error)}\n`);
    return 1;
  }
  if (error instanceof KubectlError) output.out(error.printedBefore);
  const text = errorText(error).replace(/^error: error: /, 'error: ');
  if (text !== '') output.err(text.endsWith('\n') ? text : `${text}\n`);
  return error instanceof KubectlError ? error.exitCode : 1;
}

function* run(sys: Sys, client: ApiClient, output: Output): Task<number> {
  const words = sys.argv.slice(1).map(fromBytes);
  const { command, path, rest } = findCommand(ROOT, words);
  const parsed = parsedFlags(command, path, rest, output);
  if (!parsed) return 0;
  if (!command.run) return showGroup(command, path, parsed, output);
  tellDeprecated(parsed.flags, output);
  const missing = parsed.flags.missing();
  if (missing.length > 0) {
    throw plain(`required flag(s) ${missing.map((name) => `"${name}"`).join(', ')} not set`);
  }
  checkRequestTimeout(parsed.flags);
  const config = yield* loadKubeconfig(sys, parsed.flags);
  if (!worksOffline(command, parsed.flags)) {
    const attempts = refusedAttempts(path, parsed.args);
    checkConnection(config, parsed.flags, () => tellRefused(output, sys, attempts));
  }
  return yield* command.run(invocationOf(sys, client, output, path, parsed, config));
}

function worksOffline({ offline = false }: Command, flags: FlagValues): boolean {
  return typeof offline === 'boolean' ? offline : offline(flags);
}

function invocationOf(
  sys: Sys,
  client: ApiClient,
  output: Output,
  path: string,
  { flags, args, dash }: ParsedCommandLine,
  config: Kubeconfig,
): Invocation {
  const given = flags.string('namespace');
  return {
    sys,
    client,
    flags,
    args,
    dash,
    path,
    output,
    config,
    namespace: given === '' ? contextNamespace(config) : given,
    namespaceGiven: given !== '',
  };
}

/** What pflag says of deprecated flags when it meets them. */
function tellDeprecated(flags: FlagValues, output: Output): void {
  for (const [{ name, deprecated }] of flags.given) {
    if (deprecated) output.err(`Flag --${name} has been deprecated, ${deprecated}\n`);
  }
}

/** Undefined when help was asked for and has been printed. */
function parsedFlags(
  command: Command,
  path: string,
  rest: readonly string[],
  output: Output,
): ParsedCommandLine | undefined {
  try {
    return parseFlags([...(command.flags ?? []), ...GLOBAL_FLAGS], rest);
  } catch (error) {
    if (error instanceof HelpWanted) {
      output.out(helpText(command, path));
      return undefined;
    }
    if (!(error instanceof KubectlError)) throw error;
    const { flagErrorCode } = command;
    if (flagErrorCode !== undefined) {
      const hint = `See '${path} -h' for help and examples`;
      throw new KubectlError(`${error.message}\n${hint}`, flagErrorCode);
    }
    throw new KubectlError(`${error.message}\nSee '${path} --help' for usage.`);
  }
}

/** A group of commands alone shows its help, and that is an error; the program alone is none. */
function showGroup(
  command: Command,
  path: string,
  { args }: ParsedCommandLine,
  output: Output,
): number {
  const [word] = args;
  if (word !== undefined) {
    throw new KubectlError(
      `error: unknown command "${word}"\nSee '${path} -h' for help and examples`,
    );
  }
  if (command === ROOT) {
    output.out(helpText(command, path));
    return 0;
  }
  if (command.helpOnOutput) output.out(helpText(command, path));
  else output.err(helpText(command, path));
  return 1;
}

function checkRequestTimeout(flags: FlagValues): void {
  const text = flags.string('request-timeout');
  if (/^\d+$/.test(text) || /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return;
  throw plain(
    'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
  );
}
