import { APPLET_FOLDERS } from '../../src/shell/applets/applet-names';
import { BASH_BUILTINS } from '../../src/shell/builtins/bash-table';
import { BUILTINS } from '../../src/shell/builtins/table';
import type { CommandLine, Dialect, ParsedScript } from './commands-of-script';
import { parseScript } from './commands-of-script';

/** What a script wants of the world, as far as its text tells. */
export interface Needs {
  /** Programs that no busybox has. */
  readonly others: readonly string[];
  readonly hosts: readonly string[];
  /** Commands whose name only a run can tell. */
  readonly unknown: number;
  /** Whether it waits for something by design: a loop, a long sleep, a server, a follower. */
  readonly waits: boolean;
}

const APPLET_PATH = /^(?:\/usr)?\/s?bin\/([^/]+)$/;
/** Programs that run another, with the options of theirs that take an argument. */
const WRAPPERS: Readonly<Record<string, RegExp | undefined>> = {
  chroot: undefined,
  command: undefined,
  env: /^-u$/,
  exec: undefined,
  nice: /^-n$/,
  nohup: undefined,
  time: undefined,
  timeout: /^-[ks]$/,
  xargs: /^-[IndELPs]$/,
};
const NET_PROGRAMS = /^(wget|nslookup|ping6?|telnet|ftpget|ftpput|traceroute6?)$/;
const INSIDE =
  /^(localhost|127\.0\.0\.1|0\.0\.0\.0|kubernetes(\.default.*)?|.*\.svc(\.cluster\.local)?|\[?::1\]?)$/;
/** A name without a dot is a Service, or nothing: the lab answers both as a cluster does. */
const isOutside = (host: string): boolean => host.includes('.') && !INSIDE.test(host);

export function needsOf(script: ParsedScript, dialect: Dialect): Needs {
  const others = new Set<string>();
  const hosts = new Set<string>();
  let unknown = 0;
  let waits = script.loops;
  const visit = (line: CommandLine, functions: ReadonlySet<string>): void => {
    const [name, ...rest] = line;
    for (const word of line) for (const host of hostsIn(word)) if (isOutside(host)) hosts.add(host);
    if (name === undefined) {
      unknown++;
      return;
    }
    if (functions.has(name)) return;
    const program = APPLET_PATH.exec(name)?.[1] ?? name;
    if (!isOfBusybox(name, program, dialect)) {
      others.add(name);
      return;
    }
    if (NET_PROGRAMS.test(program)) {
      const host = rest.findLast((word) => word !== undefined && !word.startsWith('-'));
      if (host && !host.includes('/') && isOutside(host)) hosts.add(host);
    }
    waits ||= waitsByDesign(program, rest);
    const inner = innerCommand(program, rest);
    if (inner) visit(inner, functions);
    const text = innerScript(program, rest);
    const parsed = text === undefined ? undefined : parseScript(text, dialect);
    if (typeof parsed === 'object') {
      waits ||= parsed.loops;
      for (const command of parsed.commands) visit(command, parsed.functions);
    }
  };
  for (const line of script.commands) visit(line, script.functions);
  return { others: [...others], hosts: [...hosts], unknown, waits };
}

function isOfBusybox(name: string, program: string, dialect: Dialect): boolean {
  if (name.includes('/') && program === name) return false;
  if (APPLET_FOLDERS.has(program)) return true;
  if (name.includes('/')) return false;
  return BUILTINS.has(name) || (dialect === 'bash' && (BASH_BUILTINS.has(name) || name === 'bash'));
}

function hostsIn(word: string | undefined): string[] {
  return [...(word ?? '').matchAll(/\b(?:https?|ftp|git|ssh):\/\/(?:[^/@\s]*@)?([\w.-]+)/g)].map(
    (match) => match[1] ?? '',
  );
}

/** `env A=b nice -n 5 PROGRAM …` → `PROGRAM …`. */
function innerCommand(program: string, words: CommandLine): CommandLine | undefined {
  if (!Object.hasOwn(WRAPPERS, program)) return undefined;
  const withArgument = WRAPPERS[program];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) return undefined;
    if (withArgument?.test(word)) at++;
    else if (!word.startsWith('-') && !(program === 'env' && word.includes('='))) break;
  }
  if (program === 'timeout' || program === 'chroot') at++;
  return at < words.length ? words.slice(at) : undefined;
}

/** The script of `sh -c`. */
function innerScript(program: string, words: CommandLine): string | undefined {
  if (!/^(sh|ash|su)$/.test(program)) return undefined;
  const at = words.findIndex((word) => word !== undefined && /^-[a-z]*c$/.test(word));
  return at < 0 ? undefined : words[at + 1];
}

function waitsByDesign(program: string, words: CommandLine): boolean {
  const has = (pattern: RegExp): boolean =>
    words.some((word) => word !== undefined && pattern.test(word));
  switch (program) {
    case 'sleep':
    case 'usleep':
    case 'top':
    case 'watch':
    case 'yes':
    case 'dd':
    case 'nslookup':
      return true;
    case 'tail':
      return has(/^-[a-z\d]*[fF]/);
    case 'nc':
      return has(/^-[a-z]*l/);
    case 'httpd':
      return has(/^-[a-z]*f/);
    case 'ping':
      return !has(/^-[a-z]*c/);
    default:
      return false;
  }
}
