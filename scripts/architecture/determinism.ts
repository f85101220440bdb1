import type { Sources } from './imports.ts';
import { DETERMINISTIC_ROOMS, roomOf } from './rooms.ts';
import { isNode, lineAt, type Node, parse, walk } from './syntax.ts';

const CLOCK = "the virtual clock (the kernel's clock, or sys.nowMs in a program)";
const TIMER = "an event on the kernel's clock (or sys.sleep in a program)";
const TASK = 'a task: a generator that the kernel resumes';
const SEED = "the kernel's seeded random source (or sys.random in a program)";

/** Global names that bring in real time, chance or promises, and what to use instead. */
const GLOBALS: Readonly<Record<string, string>> = {
  setTimeout: TIMER,
  setInterval: TIMER,
  setImmediate: TIMER,
  clearTimeout: TIMER,
  clearInterval: TIMER,
  requestAnimationFrame: TIMER,
  queueMicrotask: TASK,
  Promise: TASK,
  performance: CLOCK,
  crypto: SEED,
};

const MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': CLOCK,
  'Math.random': SEED,
};

/** Methods whose answer depends on the machine's time zone or language. */
const LOCAL_METHODS = new Set(
  (
    'getFullYear getMonth getDate getDay getHours getMinutes getSeconds getTimezoneOffset ' +
    'toLocaleString toLocaleDateString toLocaleTimeString toLocaleLowerCase toLocaleUpperCase localeCompare'
  ).split(' '),
);

const nameOf = (node: unknown) =>
  isNode(node) && node.type === 'Identifier' ? String(node.name) : undefined;

/** Whether an identifier is only a name here: a property, a key, a parameter in a type. */
function isMereName(parent: Node | undefined, field: string | undefined): boolean {
  if (!parent) return false;
  if (parent.type === 'MemberExpression') return field === 'property' && parent.computed !== true;
  if (parent.type === 'TSQualifiedName') return field === 'right';
  return field === 'key' && parent.computed !== true && parent.shorthand !== true;
}

function problemWith(
  node: Node,
  parent: Node | undefined,
  field: string | undefined,
): string | undefined {
  switch (node.type) {
    case 'Identifier': {
      const name = String(node.name);
      const instead = Object.hasOwn(GLOBALS, name) ? GLOBALS[name] : undefined;
      return instead && !isMereName(parent, field) ? `${name}: use ${instead}` : undefined;
    }
    case 'MemberExpression': {
      const object = nameOf(node.object);
      const property = node.computed === true ? undefined : nameOf(node.property);
      if (!property) return undefined;
      const member = `${object}.${property}`;
      if (object === 'globalThis' && Object.hasOwn(GLOBALS, property)) {
        return `${member}: use ${GLOBALS[property]}`;
      }
      if (Object.hasOwn(MEMBERS, member)) return `${member}: use ${MEMBERS[member]}`;
      if (!LOCAL_METHODS.has(property)) return undefined;
      return `${property}: use what does not depend on the machine's zone or language`;
    }
    case 'NewExpression': {
      const isNow = nameOf(node.callee) === 'Date' && (node.arguments as unknown[]).length === 0;
      return isNow ? `new Date(): use ${CLOCK}` : undefined;
    }
    case 'CallExpression':
      return nameOf(node.callee) === 'Date' ? `Date(): use ${CLOCK}` : undefined;
    case 'AwaitExpression':
      return `await: use ${TASK}`;
    case 'ForOfStatement':
      return node.await === true ? `for await: use ${TASK}` : undefined;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async === true ? `async: use ${TASK}` : undefined;
    default:
      return undefined;
  }
}

/** Real time, chance, promises and the machine's locale in rooms that must be deterministic. */
export function determinismProblems(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    if (!DETERMINISTIC_ROOMS.has(roomOf(file)) || /\.test\.tsx?$/.test(file)) return [];
    const problems: string[] = [];
    walk(parse(file, text), (node, parent, field) => {
      const problem = problemWith(node, parent, field);
      if (problem) problems.push(`${file}:${lineAt(text, node.start)} ${problem}`);
    });
    return problems;
  });
}
