import type { Bytes } from '../../runtime/bytes';
import { elementKey } from '../expansion/bash-parameters';
import { evaluate } from '../expansion/expand';
import type { ShellState } from '../interpreter/state';

/** Letters of `declare` with what they set. */
const LETTERS = 'aAfFgilnprtux';

interface Flags {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
  readonly operands: readonly Bytes[];
}

function readFlags(shell: ShellState, argv: readonly Bytes[]): Flags {
  const on = new Set<string>();
  const off = new Set<string>();
  let index = 1;
  for (; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') {
      index++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    for (const letter of word.slice(1)) {
      if (!LETTERS.includes(letter)) shell.fail(`${word[0]}${letter}: invalid option`);
      (word[0] === '-' ? on : off).add(letter);
    }
  }
  return { on, off, operands: argv.slice(index) };
}

/** `declare`, `typeset`, and in bash `local`, `export` and `readonly`. Models bash's declare.def, setattr.def. */
export function runDeclare(shell: ShellState, argv: readonly Bytes[]): number {
  const [name = ''] = argv;
  const { on, off, operands } = readFlags(shell, argv);
  const inFunction = shell.functionName !== undefined;
  if (name === 'local' && !inFunction) shell.fail('can only be used in a function');
  if (name === 'export' && on.has('f')) return 0;
  const exports = name === 'export' ? !on.has('n') : on.has('x');
  const readonly = name === 'readonly' || on.has('r');
  const local =
    name === 'local' || (name !== 'export' && name !== 'readonly' && inFunction && !on.has('g'));
  if (on.has('f') || on.has('F')) return listFunctions(shell, operands);
  if (operands.length === 0 || on.has('p')) return list(shell, name, operands, on);
  let status = 0;
  for (const operand of operands) {
    const [, target = '', append, value] = /^([^=+]*?)(\+)?=(.*)$/s.exec(operand) ?? ['', operand];
    const [, variable = target, subscript] = /^(\w+)\[(.*)\]$/s.exec(target) ?? ['', target];
    if (!/^[A-Za-z_]\w*$/.test(variable)) {
      shell.output += '';
      return invalidIdentifier(shell, operand);
    }
    if (local && shell.variables.localDepth > 0)
      shell.variables.makeLocal(variable, undefined, false);
    shell.variables.declareTraits(variable, {
      array: on.has('a') || subscript !== undefined,
      associative: on.has('A'),
      integer: on.has('i'),
    });
    if (value !== undefined) assign(shell, variable, subscript, value, append !== undefined);
    else if (exports || readonly) shell.variables.mark(variable, {});
    if (exports || off.has('x') || (name === 'export' && on.has('n'))) {
      shell.variables.mark(variable, exports ? { export: true } : { unexport: true });
    }
    if (readonly) shell.variables.mark(variable, { readonly: true });
    status = 0;
  }
  return status;
}

function invalidIdentifier(shell: ShellState, operand: Bytes): never {
  return shell.fail(`\`${operand}': not a valid identifier`);
}

function assign(
  shell: ShellState,
  name: Bytes,
  subscript: Bytes | undefined,
  value: Bytes,
  append: boolean,
): void {
  const { variables } = shell;
  const integer = variables.traits(name)?.integer === true;
  const text = integer ? String(evaluate(shell, value)) : value;
  if (subscript !== undefined) {
    variables.setElement(name, elementKey(shell, name, subscript), text);
    return;
  }
  variables.set(name, append ? (variables.get(name) ?? '') + text : text);
}

function listFunctions(shell: ShellState, names: readonly Bytes[]): number {
  let status = 0;
  for (const name of names) {
    if (shell.functions.has(name)) shell.print(`${name}\n`);
    else status = 1;
  }
  return status;
}

/** Variables as `declare -p` prints them. */
function list(
  shell: ShellState,
  name: Bytes,
  operands: readonly Bytes[],
  on: ReadonlySet<string>,
): number {
  const wanted = (variable: { name: Bytes; exported: boolean; readonly: boolean }) => {
    if (operands.length > 0) return operands.includes(variable.name);
    if (name === 'export' || on.has('x')) return variable.exported;
    return name === 'readonly' || on.has('r') ? variable.readonly : true;
  };
  for (const { name: variable } of shell.variables.list(wanted)) {
    shell.print(`${declaration(shell, variable)}\n`);
  }
  const missing = operands.filter((one) => shell.variables.traits(one) === undefined);
  if (missing.length > 0) shell.fail(`${missing[0]}: not found`);
  return 0;
}

function declaration(shell: ShellState, name: Bytes): Bytes {
  const variable = shell.variables.traits(name);
  const letters = [
    variable?.elements ? (variable.associative ? 'A' : 'a') : '',
    variable?.integer ? 'i' : '',
    variable?.readonly ? 'r' : '',
    variable?.exported ? 'x' : '',
  ].join('');
  const flags = `-${letters === '' ? '-' : letters}`;
  if (variable?.elements) {
    const items = [...variable.elements].map(([key, value]) => `[${key}]=${quoted(value)}`);
    const space = variable.associative && items.length > 0 ? ' ' : '';
    return `declare ${flags} ${name}=(${items.join(' ')}${space})`;
  }
  const value = shell.variables.get(name);
  return value === undefined
    ? `declare ${flags} ${name}`
    : `declare ${flags} ${name}=${quoted(value)}`;
}

function quoted(value: Bytes): Bytes {
  return `"${value.replace(/["\\$`]/g, '\\$&')}"`;
}

/** `unset`, of elements, too. */
export function runBashUnset(shell: ShellState, argv: readonly Bytes[]): number {
  let functions = false;
  for (const operand of argv.slice(1)) {
    if (operand === '-f') functions = true;
    else if (operand === '-v' || operand === '--') functions = false;
    else {
      const [, name = operand, subscript] = /^(\w+)\[(.*)\]$/s.exec(operand) ?? ['', operand];
      if (subscript !== undefined) {
        shell.variables.unsetElement(name, elementKey(shell, name, subscript));
      } else if (functions || shell.variables.traits(name) === undefined) {
        shell.functions.delete(name);
      } else shell.variables.set(name, undefined);
    }
  }
  return 0;
}
