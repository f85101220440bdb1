import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { ParameterPart, WordPart } from '../ast';
import type { ShellState } from '../interpreter/state';
import type { ArithmeticVariables } from './arithmetic';
import { ArithmeticError, evaluateArithmetic } from './arithmetic';
import { parameterValue } from './parameters';

/** Whether a `${…}` needs what only bash has. */
export function isBashParameter({ name, operator, subscript, indirect }: ParameterPart): boolean {
  if (subscript !== undefined || indirect) return true;
  if (/^(upper|lower|quote)/.test(operator)) return true;
  return (name === '@' || name === '*') && /substring|replace|trim/.test(operator);
}

/** The values that a parameter stands for. */
export interface BashValues {
  readonly values: readonly Bytes[];
  /** `@` or `*`: all elements of an array, or all arguments; undefined: one value or none. */
  readonly joining: '@' | '*' | undefined;
  /** Key of the one element that was asked for. */
  readonly key: Bytes | undefined;
}

export function* bashValues(
  shell: ShellState,
  part: ParameterPart,
  textOf: (parts: readonly WordPart[]) => Call<Bytes>,
): Call<BashValues> {
  const { name, subscript, indirect } = part;
  if (subscript === '@' || subscript === '*') {
    const elements = elementsOf(shell, name) ?? new Map();
    const values = [...(indirect ? elements.keys() : elements.values())];
    return { values, joining: subscript, key: undefined };
  }
  if (subscript === undefined && !indirect && (name === '@' || name === '*')) {
    return { values: shell.arguments.values, joining: name, key: undefined };
  }
  if (indirect) return indirectValues(shell, name);
  const key = subscript && elementKey(shell, name, yield* textOf(subscript));
  const value =
    key === undefined ? parameterValue(shell, name, 'text') : elementsOf(shell, name)?.get(key);
  return { values: value === undefined ? [] : [value], joining: undefined, key };
}

/** `${!name}`: the value of the variable that the value names. */
function indirectValues(shell: ShellState, name: Bytes): BashValues {
  const target = parameterValue(shell, name, 'text') ?? '';
  const match = /^(\w+)\[(.*)\]$/.exec(target);
  if (match && (match[2] === '@' || match[2] === '*')) {
    const values = [...(elementsOf(shell, match[1] ?? '')?.values() ?? [])];
    return { values, joining: match[2], key: undefined };
  }
  if (!match && !/^(\w+|[@*#?$!-])$/.test(target)) {
    shell.fail(
      target === '' ? `${name}: invalid indirect expansion` : `${target}: invalid variable name`,
    );
  }
  const value = match
    ? elementsOf(shell, match[1] ?? '')?.get(elementKey(shell, match[1] ?? '', match[2] ?? ''))
    : parameterValue(shell, target, 'text');
  return { values: value === undefined ? [] : [value], joining: undefined, key: undefined };
}

/** The elements of an array, those that the shell itself keeps among them. */
function elementsOf(shell: ShellState, name: Bytes): ReadonlyMap<Bytes, Bytes> | undefined {
  const indexed = (values: readonly (Bytes | number)[]) =>
    new Map(values.map((value, index) => [String(index), String(value)]));
  if (name === 'PIPESTATUS') return indexed(shell.pipeStatus);
  if (name === 'DIRSTACK') return indexed([shell.directory, ...shell.directoryStack]);
  if (name === 'BASH_SOURCE') return indexed([shell.fromArgument ? 'environment' : shell.name]);
  if (name === 'FUNCNAME') {
    return shell.functionName === undefined ? undefined : indexed([shell.functionName, 'main']);
  }
  return shell.variables.elements(name);
}

/** The key of an element: a text for `declare -A`, otherwise a number; negative ones count from the end. */
export function elementKey(shell: ShellState, name: Bytes, subscript: Bytes): Bytes {
  if (shell.variables.traits(name)?.associative) return subscript;
  const index = Number(evaluateNumber(shell, subscript));
  if (index >= 0) return String(index);
  const last = Math.max(-1, ...[...(elementsOf(shell, name)?.keys() ?? [])].map(Number));
  if (last + 1 + index < 0) shell.fail(`${name}[${subscript}]: bad array subscript`);
  return String(last + 1 + index);
}

function evaluateNumber(shell: ShellState, text: Bytes): number | bigint {
  try {
    return evaluateArithmetic(text, bashVariables(shell));
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    return shell.fail(bashArithmeticError(text, error.message));
  }
}

/** Variables as bash's arithmetic sees them: elements of arrays, too. */
export function bashVariables(shell: ShellState): ArithmeticVariables {
  const split = (name: Bytes) => /^(\w+)\[(.*)\]$/s.exec(name);
  return {
    subscripts: true,
    get: (name) => {
      const match = split(name);
      if (!match) {
        const value = shell.variables.get(name);
        return value === '' ? undefined : value;
      }
      const array = match[1] ?? '';
      return elementsOf(shell, array)?.get(elementKey(shell, array, match[2] ?? ''));
    },
    set: (name, value) => {
      const match = split(name);
      if (!match) return shell.variables.set(name, value);
      const array = match[1] ?? '';
      shell.variables.setElement(array, elementKey(shell, array, match[2] ?? ''), value);
    },
  };
}

/** Assigns what `${name:=word}` gives. */
export function assignElement(
  shell: ShellState,
  { name }: ParameterPart,
  key: Bytes | undefined,
  value: Bytes,
): void {
  if (key === undefined) shell.variables.set(name, value);
  else shell.variables.setElement(name, key, value);
}

/** `${name^^}` and its kin, and `${name@Q}`. */
export function changeCase(value: Bytes, operator: ParameterPart['operator']): Bytes {
  const first = value.slice(0, 1);
  switch (operator) {
    case 'upper all':
      return upper(value);
    case 'upper first':
      return upper(first) + value.slice(1);
    case 'lower all':
      return lower(value);
    case 'lower first':
      return lower(first) + value.slice(1);
    default:
      return `'${value.replace(/'/g, "'\\''")}'`;
  }
}

/** Letters of ASCII only: what other bytes stand for depends on the locale. */
function upper(text: Bytes): Bytes {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function lower(text: Bytes): Bytes {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** ash's words for what is wrong with an expression, in bash's. */
export function bashArithmeticError(expression: Bytes, message: string): Bytes {
  const text = expression.trim();
  const last = /([\w.]+|\S)\s*$/.exec(text)?.[1] ?? '';
  if (message === 'divide by zero') return `${text}: division by 0 (error token is "${last}")`;
  if (message === 'expression recursion loop detected') {
    return `${text}: expression recursion level exceeded (error token is "${last}")`;
  }
  return `${text}: syntax error: operand expected (error token is "${last}")`;
}
