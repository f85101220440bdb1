import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { BadRegex, Regex } from '../applets/regex';
import type { Condition, Word } from '../ast';
import { evaluateTest } from '../builtins/test';
import { evaluate, expandPattern, expandRegex, expandText } from '../expansion/expand';
import type { ShellState } from './state';

/** What `=~` that is no regular expression ends with. */
const BAD_EXPRESSION = 2;

/** The status of bash's `[[ … ]]`. Models bash's execute_cmd.c execute_cond_node. */
export function* evaluateCondition(shell: ShellState, condition: Condition): Call<number> {
  switch (condition.kind) {
    case 'not':
      return (yield* evaluateCondition(shell, condition.operand)) === 0 ? 1 : 0;
    case 'and': {
      const left = yield* evaluateCondition(shell, condition.left);
      return left === 0 ? yield* evaluateCondition(shell, condition.right) : left;
    }
    case 'or': {
      const left = yield* evaluateCondition(shell, condition.left);
      return left === 0 ? 0 : yield* evaluateCondition(shell, condition.right);
    }
    case 'unary': {
      const operand = yield* expandText(shell, condition.operand);
      if (condition.operator === '-v') return isSet(shell, operand) ? 0 : 1;
      if (condition.operator === '-o') {
        return shell.options.getByName(operand) ? 0 : 1;
      }
      const operator = condition.operator === '-a' ? '-e' : condition.operator;
      return evaluateTest(shell.sys, ['test', operator, operand]).status;
    }
    case 'binary':
      return yield* compare(shell, condition.operator, condition.left, condition.right);
  }
}

function isSet(shell: ShellState, name: Bytes): boolean {
  const element = /^(\w+)\[(.*)\]$/.exec(name);
  if (!element) return shell.variables.get(name) !== undefined;
  return shell.variables.elements(element[1] ?? '')?.has(element[2] ?? '') === true;
}

function* compare(shell: ShellState, operator: Bytes, left: Word, right: Word): Call<number> {
  const text = yield* expandText(shell, left);
  if (operator === '=~') return yield* matchRegex(shell, text, right);
  if (/^(=|==|!=)$/.test(operator)) {
    const matches = (yield* expandPattern(shell, right)).matches(text);
    return matches === (operator !== '!=') ? 0 : 1;
  }
  const other = yield* expandText(shell, right);
  if (operator === '<') return text < other ? 0 : 1;
  if (operator === '>') return text > other ? 0 : 1;
  if (/^-(nt|ot|ef)$/.test(operator)) {
    return evaluateTest(shell.sys, ['test', text, operator, other]).status;
  }
  const [a, b] = [evaluate(shell, text), evaluate(shell, other)];
  const holds = {
    '-eq': a === b,
    '-ne': a !== b,
    '-lt': a < b,
    '-le': a <= b,
    '-gt': a > b,
    '-ge': a >= b,
  }[operator];
  return holds ? 0 : 1;
}

/** `=~`: an extended regular expression; what is quoted in it stands for itself. */
function* matchRegex(shell: ShellState, text: Bytes, pattern: Word): Call<number> {
  let regex: Regex;
  try {
    regex = new Regex(yield* expandRegex(shell, pattern), { extended: true });
  } catch (error) {
    if (error instanceof BadRegex) return BAD_EXPRESSION;
    throw error;
  }
  const match = regex.find(text);
  const groups = new Map<Bytes, Bytes>();
  if (match) {
    for (let index = 0; index <= regex.groups; index++) {
      const group = match.group(index);
      groups.set(String(index), group ? text.slice(group.start, group.end) : '');
    }
  }
  shell.variables.setElements('BASH_REMATCH', groups, false);
  return match ? 0 : 1;
}
