import { expect, test } from 'vitest';
import { findCommand } from './command-tree';
import { ROOT } from './commands/root';
import { KubectlError } from './errors';

test.each([
  ['log', ['top', 'logs']],
  ['ls', ['get', 'logs', 'cp']],
  ['rm', ['run', 'delete', 'cp']],
  ['gte', ['get']],
])('who types %s is asked for %j, in the order of kubectl', (word, names) => {
  const asked = names.map((name) => `\t${name}`).join('\n');
  const message = `error: unknown command "${word}" for "kubectl"\n\nDid you mean this?\n${asked}`;
  expect(() => findCommand(ROOT, [word])).toThrow(new KubectlError(message));
});
