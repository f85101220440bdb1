import { type Dialect, type ParsedScript, parseScript } from './commands-of-script';

export interface ScriptUnit {
  /** 1-based line of the file on which it begins. */
  readonly line: number;
  readonly text: string;
  readonly lines: number;
  /** Undefined for a piece of a script that was torn apart: no shell reads it. */
  readonly dialect: Dialect | undefined;
  readonly parsed: ParsedScript | undefined;
  /** What ash says about the text if it does not read it. */
  readonly refusal: string | undefined;
}

/** A script of more lines than that is not looked for. */
const MOST_LINES = 40;

/** Messages of a parser that came to the end of the text with something still open. */
const INCOMPLETE = /end of file|^unterminated|^missing|^EOF in/;

/** What ash reads and then refuses: bash's own expansions. */
const BASH_EXPANSION = /\$\{!?\w+\[|BASH_REMATCH|<<</;

/** A script that is known to be whole. */
export function wholeScript(text: string, line: number): ScriptUnit {
  return { line, text, lines: text.split('\n').length, ...read(text) };
}

function read(text: string): Pick<ScriptUnit, 'dialect' | 'parsed' | 'refusal'> {
  const ash = parseScript(text, 'ash');
  if (typeof ash !== 'string' && !BASH_EXPANSION.test(text)) {
    return { dialect: 'ash', parsed: ash, refusal: undefined };
  }
  const bash = parseScript(text, 'bash');
  const refusal = typeof ash === 'string' ? ash : 'bad substitution';
  if (typeof bash !== 'string') return { dialect: 'bash', parsed: bash, refusal };
  return { dialect: undefined, parsed: undefined, refusal };
}

/**
 * The scripts of a file that has one line after the other, without a sign where a script of several lines
 * begins or ends, and with equal lines left out but once. A line is a script; one that leaves something
 * open takes in the lines behind it until nothing is; if that never comes, it is a piece.
 */
export function scriptUnits(file: string): ScriptUnit[] {
  const lines = file.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const units: ScriptUnit[] = [];
  for (let at = 0; at < lines.length; ) {
    const unit = unitAt(lines, at);
    units.push(unit);
    at += unit.lines;
  }
  return units;
}

function unitAt(lines: readonly string[], at: number): ScriptUnit {
  const first = lines[at] ?? '';
  const alone = read(first);
  const goesOn = alone.dialect
    ? /\\$/.test(first)
    : alone.refusal !== undefined && INCOMPLETE.test(alone.refusal);
  for (let count = 2; goesOn && count <= MOST_LINES && at + count <= lines.length; count++) {
    const text = lines.slice(at, at + count).join('\n');
    if (/\\$/.test(text)) continue;
    const together = read(text);
    if (together.dialect) return { line: at + 1, text, lines: count, ...together };
  }
  return { line: at + 1, text: first, lines: 1, ...alone };
}
