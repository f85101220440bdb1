import type { Bytes } from '../../runtime/bytes';
import type { ParameterOperator } from '../ast';
import { isDigit, isNameCharacter, isNameStart, isSpecial } from './characters';
import { ScriptSyntaxError } from './script-syntax-error';
import { END, type Source } from './source';

export interface ParameterHead {
  readonly name: Bytes;
  readonly operator: ParameterOperator;
  readonly colon: boolean;
  /** The closing brace has been read: no word follows. */
  readonly closed: boolean;
}

const CLOSING_BRACE = 125;

function fail(source: Source, message: string): never {
  throw new ScriptSyntaxError(message, source.line);
}

/** Reads the name and the operator of a `${…}`; the brace has been read. Models ash.c parsesub. */
export function readParameterHead(source: Source): ParameterHead {
  let code = source.nextJoined();
  let length = false;
  if (code === 35) {
    // `${#` is the length of what follows, or the number of arguments.
    const second = source.nextJoined();
    if (isNameCharacter(second)) {
      length = true;
      code = second;
    } else {
      const third = source.nextJoined();
      if (second === CLOSING_BRACE || third !== CLOSING_BRACE) {
        source.back(third);
        return readOperator(source, '#', second);
      }
      if (!isSpecial(second)) {
        source.back(third);
        return { name: '', operator: 'bad', colon: false, closed: false };
      }
      return {
        name: String.fromCharCode(second),
        operator: 'length',
        colon: false,
        closed: true,
      };
    }
  }
  let name = '';
  if (isNameStart(code) || isDigit(code)) {
    const belongs = isDigit(code) ? isDigit : isNameCharacter;
    while (belongs(code)) {
      name += String.fromCharCode(code);
      code = source.nextJoined();
    }
  } else {
    if (code === END) fail(source, "missing '}'");
    if (!isSpecial(code)) {
      source.back(code);
      return { name: '', operator: 'bad', colon: false, closed: false };
    }
    name = String.fromCharCode(code);
    code = source.nextJoined();
  }
  if (!length) return readOperator(source, name, code);
  if (code === CLOSING_BRACE) return { name, operator: 'length', colon: false, closed: true };
  source.back(code);
  return { name, operator: 'bad', colon: false, closed: false };
}

/**
 * As `readParameterHead` for bash: a name, perhaps with a subscript that `subscript` reads behind its
 * bracket. Undefined, with nothing read, if this is something that both shells read alike.
 */
export function readBashHead<T>(
  source: Source,
  subscript: () => T,
): (ParameterHead & { indirect: boolean; subscript: T | undefined }) | undefined {
  const first = source.next();
  const second = source.peek();
  const prefixed = (first === 35 || first === 33) && (isNameStart(second) || second === 64);
  const positional = first === 33 && isDigit(second);
  if (!prefixed && !positional && !isNameStart(first)) {
    source.back(first);
    return undefined;
  }
  const length = prefixed && first === 35;
  const indirect = (prefixed || positional) && first === 33;
  let name = '';
  let code = prefixed || positional ? source.next() : first;
  if (code === 64) {
    name = '@';
    code = source.nextJoined();
  }
  while (name !== '@' && isNameCharacter(code)) {
    name += String.fromCharCode(code);
    code = source.nextJoined();
  }
  let inner: T | undefined;
  if (code === 91) {
    inner = subscript();
    code = source.nextJoined();
  }
  if (length) {
    if (code !== CLOSING_BRACE) fail(source, 'bad substitution');
    return { name, operator: 'length', colon: false, closed: true, indirect, subscript: inner };
  }
  const head = readCaseOperator(source, name, code) ?? readOperator(source, name, code);
  return { ...head, indirect, subscript: inner };
}

/** `^`, `^^`, `,`, `,,` and `@Q`. */
function readCaseOperator(source: Source, name: Bytes, code: number): ParameterHead | undefined {
  if (code === 64) {
    const letter = source.next();
    if (letter === 81) return { name, operator: 'quote', colon: false, closed: false };
    source.back(letter);
    return { name, operator: 'bad', colon: false, closed: false };
  }
  if (code !== 94 && code !== 44) return undefined;
  const doubled = source.peek() === code;
  if (doubled) source.next();
  const upper = code === 94;
  const operator = `${upper ? 'upper' : 'lower'} ${doubled ? 'all' : 'first'}` as const;
  return { name, operator, colon: false, closed: false };
}

/** The operator that begins with `code`, the character behind the name. */
function readOperator(source: Source, name: Bytes, code: number): ParameterHead {
  const result = (operator: ParameterOperator, colon = false, closed = false) => {
    return { name, operator, colon, closed };
  };
  const simple: Readonly<Record<number, ParameterOperator>> = {
    45: 'default',
    43: 'alternate',
    63: 'error',
    61: 'assign',
  };
  if (code === CLOSING_BRACE) return result('plain', false, true);
  if (code === 58) {
    const following = source.nextJoined();
    const operator = simple[following];
    if (operator !== undefined) return result(operator, true);
    if (following === CLOSING_BRACE) return result('plain', true);
    source.back(following);
    return result('substring');
  }
  if (code === 37 || code === 35 || code === 47) {
    const following = source.nextJoined();
    const doubled = following === code;
    if (!doubled) source.back(following);
    if (code === 47) return result(doubled ? 'replace all' : 'replace');
    if (code === 35) return result(doubled ? 'trim longest prefix' : 'trim prefix');
    return result(doubled ? 'trim longest suffix' : 'trim suffix');
  }
  if (code === END) fail(source, "missing '}'");
  return result(simple[code] ?? 'bad');
}
