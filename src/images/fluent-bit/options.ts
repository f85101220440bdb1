import type { Bytes } from '../../runtime/bytes';
import type { Section } from './section';

export interface FluentBitOptions {
  readonly config: Bytes | undefined;
  /** Plugins of the command line: `-i dummy -o stdout -m '*'`. */
  readonly sections: readonly Section[];
  readonly service: Section;
  readonly dryRun: boolean;
}

const LONG: Readonly<Record<string, string>> = {
  config: 'c',
  'dry-run': 'D',
  filter: 'F',
  flush: 'f',
  http: 'H',
  input: 'i',
  match: 'm',
  output: 'o',
  parser: 'R',
  port: 'P',
  prop: 'p',
  quiet: 'q',
  tag: 't',
  verbose: 'v',
  version: 'V',
};
const WITH_VALUE = 'cfiFmoRpPtlbewsT';

/** Reads the command line (getopt_long); what is no option is passed over. */
export function parseArguments(args: readonly Bytes[]): FluentBitOptions | 'version' | string {
  const sections: Section[] = [];
  const service: (readonly [Bytes, Bytes])[] = [];
  let config: Bytes | undefined;
  let dryRun = false;
  for (let i = 0; i < args.length; i++) {
    const parsed = option(args[i] ?? '');
    if (!parsed) continue;
    if (parsed.letter === undefined) return `fluent-bit: unrecognized option '${args[i]}'`;
    const { letter } = parsed;
    const takesValue = WITH_VALUE.includes(letter);
    const value = takesValue ? (parsed.value ?? args[++i]) : undefined;
    if (takesValue && value === undefined) {
      return `fluent-bit: option requires an argument -- '${letter}'`;
    }
    const text = value ?? '';
    if (letter === 'V') return 'version';
    if (letter === 'c') config = text;
    else if (letter === 'D') dryRun = true;
    else if (letter === 'f') service.push(['flush', text]);
    else if (letter === 'H') service.push(['http_server', 'on']);
    else if (letter === 'P') service.push(['http_port', text]);
    else if (letter === 'R') service.push(['parsers_file', text]);
    else if (letter === 'q') service.push(['log_level', 'off']);
    else if (letter === 'v') service.push(['log_level', 'debug']);
    else if (letter === 'i') sections.push({ kind: 'input', properties: [['name', text]] });
    else if (letter === 'o') sections.push({ kind: 'output', properties: [['name', text]] });
    else if (letter === 'F') sections.push({ kind: 'filter', properties: [['name', text]] });
    else if (letter === 't') sections.at(-1)?.properties.push(['tag', text]);
    else if (letter === 'm') sections.at(-1)?.properties.push(['match', text]);
    else if (letter === 'p') {
      const equals = text.indexOf('=');
      sections.at(-1)?.properties.push([text.slice(0, equals), text.slice(equals + 1)]);
    }
  }
  return { config, sections, service: { kind: 'service', properties: service }, dryRun };
}

/** Undefined: no option at all; without a letter: an unknown one. */
function option(
  arg: Bytes,
): { readonly letter: string | undefined; readonly value?: Bytes } | undefined {
  if (arg.startsWith('--')) {
    const [name = '', value] = arg.slice(2).split('=', 2);
    return value === undefined ? { letter: LONG[name] } : { letter: LONG[name], value };
  }
  if (!arg.startsWith('-') || arg === '-') return undefined;
  const letter = arg[1];
  return arg.length > 2 && letter !== 'v' ? { letter, value: arg.slice(2) } : { letter };
}
