import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ParameterPart, Word, WordPart } from '../ast';
import type { ShellState } from '../interpreter/state';
import { BYTES_PER_VALUE, WORDS_PER_EXPANSION } from '../limits';
import { ArithmeticError, evaluateArithmetic, type Integer } from './arithmetic';
import { DEFAULT_SEPARATORS, ExpandedWord } from './fields';
import { type Marked, markQuoted, QUOTE_MARK, unmark } from './marks';
import { type Joining, parameterValue, replace, substring, trim } from './parameters';
import { expandPathnames } from './pathnames';
import { type Pattern, patternOf } from './pattern';
import { commandOutput, processPipe } from './substitution';
import { characterCount } from './utf8';

/** How a word is expanded: bits. */
const FIELDS = 1;
/** Quoted characters stay marked. */
const PATTERN = 2;
/** A tilde in front is a home directory. */
const TILDE = 4;
/** So is one behind a colon. */
const COLON_TILDE = 8;
/** The word of `${V-word}`: its unquoted text is split as well. */
const INNER = 16;

const MARKS = FIELDS | PATTERN;

/** After so many fields an expansion gives way, and what they have cost. */
const FIELDS_PER_BREATH = 8192;
const BREATH_MICROSECONDS = 1000;

/** The fields that a command's word becomes. */
export function* expandFields(shell: ShellState, word: Word, fields: Bytes[]): Call<void> {
  if (word.constant !== undefined) {
    fields.push(word.constant);
    return;
  }
  const expanded = new ExpandedWord();
  yield* expandParts(shell, expanded, word.parts, FIELDS | TILDE);
  for (const field of expanded.split(shell.separators ?? DEFAULT_SEPARATORS)) {
    if (shell.options.noglob) fields.push(unmark(field));
    else for (const name of expandPathnames(shell.sys, field)) fields.push(name);
    if (fields.length > WORDS_PER_EXPANSION) shell.fail('out of memory');
    if (fields.length % FIELDS_PER_BREATH === 0) {
      shell.sys.spend(BREATH_MICROSECONDS);
      yield* shell.sys.breathe();
    }
  }
}

/** The text that a word becomes where it is neither split nor matched against files. */
export function* expandText(shell: ShellState, word: Word): Call<Bytes> {
  return word.constant ?? (yield* partsText(shell, word.parts, TILDE));
}

/** The value of an assignment. */
export function* expandValue(shell: ShellState, word: Word): Call<Bytes> {
  return word.constant ?? (yield* partsText(shell, word.parts, TILDE | COLON_TILDE));
}

/** A pattern of `case`. */
export function* expandPattern(shell: ShellState, word: Word): Call<Pattern> {
  const expanded = new ExpandedWord();
  yield* expandParts(shell, expanded, word.parts, PATTERN | TILDE);
  return patternOf(expanded.text);
}

/** A here-document, a prompt: all of it is as if in double quotes. */
export function* expandQuoted(shell: ShellState, word: Word): Call<Bytes> {
  return yield* partsText(shell, word.parts, 0);
}

function* partsText(shell: ShellState, parts: readonly WordPart[], flags: number): Call<Bytes> {
  const expanded = new ExpandedWord();
  yield* expandParts(shell, expanded, parts, flags);
  return expanded.text;
}

/** Models ash.c argstr. */
function* expandParts(
  shell: ShellState,
  out: ExpandedWord,
  parts: readonly WordPart[],
  flags: number,
): Call<void> {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as WordPart;
    switch (part.kind) {
      case 'text':
        if (part.quoted) append(shell, out, flags & MARKS ? markQuoted(part.text) : part.text);
        else yield* appendUnquoted(shell, out, parts, i, flags);
        break;
      case 'quote':
        if (flags & FIELDS) out.text += QUOTE_MARK;
        break;
      case 'parameter':
        if (part.operator === 'plain') appendPlain(shell, out, part, flags);
        else yield* expandParameter(shell, out, part, flags);
        break;
      case 'command':
        appendValue(shell, out, yield* commandOutput(shell, part.body), part.quoted, flags);
        break;
      case 'arithmetic': {
        const text = yield* partsText(shell, part.expression, 0);
        appendValue(shell, out, String(arithmetic(shell, text)), part.quoted, flags);
        break;
      }
      case 'process':
        append(shell, out, processPipe(shell, part.body, part.reads));
        break;
    }
  }
}

function append(shell: ShellState, out: ExpandedWord, text: Marked): void {
  out.text += text;
  if (out.text.length > BYTES_PER_VALUE) shell.fail('out of memory');
}

/** Adds what a parameter or substitution has yielded. */
function appendValue(
  shell: ShellState,
  out: ExpandedWord,
  value: Bytes,
  quoted: boolean,
  flags: number,
): void {
  const begin = out.text.length;
  append(shell, out, quoted && flags & MARKS ? markQuoted(value) : value);
  if (!quoted) out.splitSince(begin);
}

/** Unquoted text: home directories, and splitting within `${V-…}`. */
function* appendUnquoted(
  shell: ShellState,
  out: ExpandedWord,
  parts: readonly WordPart[],
  index: number,
  flags: number,
): Call<void> {
  const part = parts[index];
  let text = part?.kind === 'text' ? part.text : '';
  const last = index === parts.length - 1;
  if (index === 0 && flags & TILDE && text.startsWith('~')) {
    text = yield* appendHome(shell, out, text, last, flags);
  }
  if (flags & COLON_TILDE) {
    for (let colon = text.indexOf(':~'); colon >= 0; colon = text.indexOf(':~')) {
      append(shell, out, text.slice(0, colon + 1));
      text = text.slice(colon + 1);
      const rest = yield* appendHome(shell, out, text, last, flags);
      if (rest === text) {
        append(shell, out, '~');
        text = text.slice(1);
      } else text = rest;
    }
  }
  const begin = out.text.length;
  append(shell, out, text);
  if (flags & INNER && text !== '') out.splitSince(begin);
}

/** Adds the home directory that the text begins with and returns what is behind; the text itself if there is none. */
function* appendHome(
  shell: ShellState,
  out: ExpandedWord,
  text: Bytes,
  last: boolean,
  flags: number,
): Call<Bytes> {
  const end = text.search(flags & COLON_TILDE ? /[/:]/ : /\//);
  if (end < 0 && !last) return text;
  const user = text.slice(1, end < 0 ? undefined : end);
  const home = user === '' ? shell.variables.get('HOME') : yield* homeOf(shell, user);
  if (home === undefined) return text;
  append(shell, out, flags & MARKS ? markQuoted(home) : home);
  return end < 0 ? '' : text.slice(end);
}

/** The home directory of a user in /etc/passwd. */
function* homeOf(shell: ShellState, user: Bytes): Call<Bytes | undefined> {
  let content = '';
  try {
    const fd = yield* shell.sys.open('/etc/passwd', { read: true });
    for (let bytes = yield* shell.sys.read(fd, 65536); bytes !== ''; ) {
      content += bytes;
      bytes = yield* shell.sys.read(fd, 65536);
    }
    shell.sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  const line = content.split('\n').find((entry) => entry.startsWith(`${user}:`));
  return line?.split(':')[5];
}

function arithmetic(shell: ShellState, text: Bytes): Integer {
  return evaluate(shell, text);
}

/** Evaluates an arithmetic expression; an error in it is the command's. */
export function evaluate(shell: ShellState, text: Bytes): Integer {
  try {
    return evaluateArithmetic(text, {
      get: (name) => shell.variables.get(name),
      set: (name, value) => shell.variables.set(name, value),
    });
  } catch (error) {
    if (error instanceof ArithmeticError) shell.fail(error.message);
    throw error;
  }
}

// Parameters ------------------------------------------------------------------------------------------

function joiningOf(quoted: boolean, flags: number): Joining {
  if (!(flags & FIELDS)) return 'text';
  return quoted ? 'quoted fields' : 'fields';
}

function appendParameter(
  shell: ShellState,
  out: ExpandedWord,
  part: ParameterPart,
  value: Bytes,
  flags: number,
): void {
  const { quoted } = part;
  const begin = out.text.length;
  append(shell, out, quoted && flags & MARKS ? markQuoted(value) : value);
  if (!quoted) out.splitSince(begin);
  else if (part.name === '@' && flags & FIELDS && shell.arguments.values.length > 0) {
    out.splitSince(begin, true);
  }
}

function appendPlain(
  shell: ShellState,
  out: ExpandedWord,
  part: ParameterPart,
  flags: number,
): void {
  const value = parameterValue(shell, part.name, joiningOf(part.quoted, flags));
  if (value !== undefined) appendParameter(shell, out, part, value, flags);
  else if (shell.options.nounset) shell.fail(`${part.name}: parameter not set`);
}

/** Models ash.c evalvar, subevalvar. */
function* expandParameter(
  shell: ShellState,
  out: ExpandedWord,
  part: ParameterPart,
  flags: number,
): Call<void> {
  const { name, operator, colon, word } = part;
  if (operator === 'bad') shell.failSyntax('bad substitution');
  const joining = operator === 'length' ? 'text' : joiningOf(part.quoted, flags);
  const value = parameterValue(shell, name, joining);
  const set = value !== undefined && !(colon && value === '');
  switch (operator) {
    case 'default':
      if (set) appendParameter(shell, out, part, value, flags);
      else yield* expandParts(shell, out, word, flags | TILDE | INNER);
      return;
    case 'alternate':
      if (set) yield* expandParts(shell, out, word, flags | TILDE | INNER);
      return;
    case 'assign':
      if (!set) shell.variables.set(name, yield* partsText(shell, word, TILDE));
      appendPlain(shell, out, part, flags);
      return;
    case 'error':
      if (!set) {
        const unset = `parameter not set${colon ? ' or null' : ''}`;
        shell.fail(`${name}: ${word.length === 0 ? unset : yield* partsText(shell, word, TILDE)}`);
      }
      appendPlain(shell, out, part, flags);
      return;
  }
  if (value === undefined && shell.options.nounset) shell.fail(`${name}: parameter not set`);
  if (operator === 'length') {
    const counted =
      name === '@' || name === '*' ? (value ?? '').length : characterCount(value ?? '');
    appendValue(shell, out, String(counted), part.quoted, flags);
  } else if (value !== undefined) {
    appendParameter(shell, out, part, yield* modified(shell, part, value), flags);
  }
}

/** A value after `:offset`, `#pattern`, `/pattern/replacement` and so on. */
function* modified(shell: ShellState, part: ParameterPart, value: Bytes): Call<Bytes> {
  const { operator, word } = part;
  if (operator === 'substring') {
    const text = yield* partsText(shell, word, TILDE);
    const colon = text.indexOf(':');
    const offset = clamp(evaluate(shell, colon < 0 ? text : text.slice(0, colon)));
    const length = colon < 0 ? undefined : clamp(evaluate(shell, text.slice(colon + 1)));
    return substring(value, offset, length);
  }
  if (operator === 'replace' || operator === 'replace all') {
    const [patternParts, replacementParts] = splitReplacement(word);
    const pattern = new ExpandedWord();
    yield* expandParts(shell, pattern, patternParts, PATTERN | TILDE);
    const replacement =
      replacementParts === undefined ? '' : yield* partsText(shell, replacementParts, TILDE);
    return replace(value, pattern.text, replacement, operator === 'replace all');
  }
  const pattern = new ExpandedWord();
  yield* expandParts(shell, pattern, word, PATTERN | TILDE);
  const side = operator.endsWith('prefix') ? 'prefix' : 'suffix';
  return trim(value, pattern.text, side, operator.includes('longest'));
}

function clamp(value: Integer): number {
  return Math.max(-2147483648, Math.min(2147483647, Number(value)));
}

/** Splits `pattern/replacement` at the first unquoted slash; one right at the beginning belongs to the pattern. */
function splitReplacement(
  word: readonly WordPart[],
): [readonly WordPart[], readonly WordPart[] | undefined] {
  for (const [index, part] of word.entries()) {
    // ash takes the end of a nested `${V-word}` for the end of the whole.
    if (part.kind === 'parameter' && part.operator !== 'plain') return [word, undefined];
    if (part.kind !== 'text' || part.quoted) continue;
    const slash = part.text.indexOf('/', index === 0 ? 1 : 0);
    if (slash < 0) continue;
    const before = { ...part, text: part.text.slice(0, slash) };
    const after = { ...part, text: part.text.slice(slash + 1) };
    return [
      [...word.slice(0, index), before],
      [after, ...word.slice(index + 1)],
    ];
  }
  return [word, undefined];
}
