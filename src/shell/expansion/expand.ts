import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ParameterPart, Word, WordPart } from '../ast';
import type { ShellState } from '../interpreter/state';
import { ShellError } from '../interpreter/unwinding';
import { BYTES_PER_VALUE, WORDS_PER_EXPANSION } from '../limits';
import { ArithmeticError, evaluateArithmetic, type Integer } from './arithmetic';
import {
  assignElement,
  bashArithmeticError,
  bashValues,
  bashVariables,
  changeCase,
  isBashParameter,
} from './bash-parameters';
import { DEFAULT_SEPARATORS, ExpandedWord } from './fields';
import { ARGUMENT_END, type Marked, markQuoted, QUOTE_MARK, unmark } from './marks';
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
        if (shell.bash && isBashParameter(part)) {
          yield* expandBashParameter(shell, out, part, flags);
        } else if (part.operator === 'plain') appendPlain(shell, out, part, flags);
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
    return evaluateArithmetic(
      text,
      shell.bash
        ? bashVariables(shell)
        : {
            get: (name) => shell.variables.get(name),
            set: (name, value) => shell.variables.set(name, value),
          },
    );
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    return shell.fail(shell.bash ? bashArithmeticError(text, error.message) : error.message);
  }
}

/** The value of an arithmetic expression that may hold expansions. */
export function* evaluateParts(shell: ShellState, parts: readonly WordPart[]): Call<Integer> {
  return evaluate(shell, yield* partsText(shell, parts, 0));
}

/** The pattern of `=~`: what is quoted in it stands for itself. */
export function* expandRegex(shell: ShellState, word: Word): Call<Bytes> {
  let pattern = '';
  for (const part of word.parts) {
    if (part.kind === 'quote') continue;
    const text = yield* partsText(shell, [part], 0);
    const quoted = part.kind !== 'process' && part.quoted;
    pattern += quoted ? text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : text;
  }
  return pattern;
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
  else if (shell.options.nounset) failUnset(shell, part.name);
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
        const unset = shell.bash
          ? `parameter ${colon ? 'null or ' : ''}not set`
          : `parameter not set${colon ? ' or null' : ''}`;
        const text = `${name}: ${word.length === 0 ? unset : yield* partsText(shell, word, TILDE)}`;
        if (shell.bash) failForGood(shell, text);
        shell.fail(text);
      }
      appendPlain(shell, out, part, flags);
      return;
  }
  if (value === undefined && shell.options.nounset) failUnset(shell, name);
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
  if (/^(upper|lower|quote)/.test(operator)) return changeCase(value, operator);
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

/** `set -u` has met a variable that is not set. */
function failUnset(shell: ShellState, name: Bytes): never {
  if (!shell.bash) shell.fail(`${name}: parameter not set`);
  return failForGood(shell, `${name}: unbound variable`);
}

/** An error that ends bash itself: with -c its status is 127. */
function failForGood(shell: ShellState, message: Bytes): never {
  shell.status = shell.fromArgument ? 127 : 1;
  throw new ShellError(shell.message(message));
}

/** Expands what only bash has: arrays, `${!name}`, `${@:1}` and cases. Models bash's subst.c parameter_brace_expand. */
function* expandBashParameter(
  shell: ShellState,
  out: ExpandedWord,
  part: ParameterPart,
  flags: number,
): Call<void> {
  const { operator, colon, word, quoted } = part;
  if (operator === 'bad') shell.fail('bad substitution');
  const found = yield* bashValues(shell, part, (parts) => partsText(shell, parts, 0));
  const set = found.values.length > 0 && !(colon && found.values.join('') === '');
  let { values } = found;
  if (operator === 'length') {
    const length = found.joining ? values.length : characterCount(values[0] ?? '');
    appendValue(shell, out, String(length), quoted, flags);
    return;
  }
  if (operator === 'default' && !set) {
    yield* expandParts(shell, out, word, flags | TILDE | INNER);
    return;
  }
  if (operator === 'alternate') {
    if (set) yield* expandParts(shell, out, word, flags | TILDE | INNER);
    return;
  }
  if (operator === 'error' && !set) {
    const text =
      word.length === 0 ? 'parameter null or not set' : yield* partsText(shell, word, TILDE);
    failForGood(shell, `${part.name}: ${text}`);
  }
  if (operator === 'assign' && !set) {
    values = [yield* partsText(shell, word, TILDE)];
    assignElement(shell, part, found.key, values[0] ?? '');
  }
  if (values.length === 0 && found.joining === undefined && shell.options.nounset) {
    failUnset(shell, part.name);
  }
  if (operator === 'substring' && found.joining) {
    values = yield* slice(shell, part, values);
  } else if (!/^(plain|default|error|assign)$/.test(operator)) {
    const changed: Bytes[] = [];
    for (const value of values) changed.push(yield* modified(shell, part, value));
    values = changed;
  }
  appendList(shell, out, values, found.joining, part, flags);
}

/** `${array[@]:offset:length}`; of `$@`, 1 is the first and 0 the shell's name. */
function* slice(
  shell: ShellState,
  part: ParameterPart,
  values: readonly Bytes[],
): Call<readonly Bytes[]> {
  const text = yield* partsText(shell, part.word, TILDE);
  const colon = text.indexOf(':');
  const all = part.subscript === undefined ? [shell.name, ...values] : values;
  const offset = clamp(evaluate(shell, colon < 0 ? text : text.slice(0, colon)));
  const start = offset < 0 ? all.length + offset : offset;
  const length = colon < 0 ? all.length : clamp(evaluate(shell, text.slice(colon + 1)));
  return start < 0 ? [] : all.slice(start, start + Math.max(0, length));
}

/** Adds values as one text or as fields of their own. */
function appendList(
  shell: ShellState,
  out: ExpandedWord,
  values: readonly Bytes[],
  joining: '@' | '*' | undefined,
  part: ParameterPart,
  flags: number,
): void {
  const { quoted } = part;
  const begin = out.text.length;
  const fieldwise = joining !== undefined && flags & FIELDS && (!quoted || joining === '@');
  const between = fieldwise
    ? ARGUMENT_END
    : joining === '*'
      ? (shell.separators ?? ' ').slice(0, 1)
      : ' ';
  const text = values
    .map((value) => (quoted && flags & MARKS ? markQuoted(value) : value))
    .join(between);
  append(shell, out, text);
  if (!quoted) out.splitSince(begin);
  else if (fieldwise && values.length > 0) out.splitSince(begin, true);
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
