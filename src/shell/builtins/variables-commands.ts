import type { Bytes } from '../../runtime/bytes';
import { singleQuoted } from '../interpreter/quoting';
import type { ShellState } from '../interpreter/state';
import type { Variable } from '../interpreter/variables';
import { OptionReader } from './builtin';

/** Variables as `set`, `export` and `readonly` list them. Models ash.c showvars. */
export function listVariables(
  shell: ShellState,
  prefix: Bytes,
  passes: (variable: Variable) => boolean,
): void {
  const front = prefix === '' ? '' : `${prefix} `;
  for (const { name, value } of shell.variables.list(passes)) {
    const valid = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
    shell.print(
      `${front}${name}${value === undefined || !valid ? '' : `=${singleQuoted(value)}`}\n`,
    );
  }
}

/** `export` and `readonly`. */
export function runExport(shell: ShellState, argv: readonly Bytes[]): number {
  const options = new OptionReader(shell, argv);
  let unexport = false;
  for (let letter = options.next('np'); letter !== ''; letter = options.next('np')) {
    if (letter === 'n') unexport = true;
  }
  const exporting = argv[0] === 'export';
  const { operands } = options;
  if (operands.length === 0) {
    listVariables(shell, argv[0] as Bytes, (variable) =>
      exporting ? variable.exported : variable.readonly,
    );
    return 0;
  }
  const flags = exporting ? { export: !unexport, unexport } : { readonly: true };
  for (const operand of operands) {
    const equals = operand.indexOf('=');
    if (equals < 0) shell.variables.mark(operand, flags);
    else {
      const name = operand.slice(0, equals);
      shell.variables.set(name, operand.slice(equals + 1), flags);
      if (exporting && unexport) shell.variables.mark(name, { unexport });
    }
  }
  return 0;
}

export function runLocal(shell: ShellState, argv: readonly Bytes[]): number {
  if (shell.variables.localDepth === 0) shell.fail('not in a function');
  for (const operand of argv.slice(1)) {
    if (operand === '-') {
      const before = shell.options.clone();
      shell.variables.saveOptions(() => {
        shell.options = before;
      });
      continue;
    }
    const equals = operand.indexOf('=');
    if (equals < 0) shell.variables.makeLocal(operand, undefined, false);
    else shell.variables.makeLocal(operand.slice(0, equals), operand.slice(equals + 1), false);
  }
  return 0;
}

export function runUnset(shell: ShellState, argv: readonly Bytes[]): number {
  const options = new OptionReader(shell, argv);
  let kind = '';
  for (let letter = options.next('vf'); letter !== ''; letter = options.next('vf')) kind = letter;
  for (const name of options.operands) {
    if (kind === 'f') shell.functions.delete(name);
    else shell.variables.set(name, undefined);
  }
  return 0;
}
