import type { Bytes } from '../../runtime/bytes';
import { applet } from './applet';
import { executeOrFail } from './execute';
import { parseOptions } from './options';

/** Models coreutils/env.c. */
export const env = applet('env', function* (run) {
  const options = parseOptions(run.args, {
    letters: '+i0u:',
    long: { 'ignore-environment': 'i', null: '0', 'unset=': 'u' },
  });
  const operands = [...options.operands];
  const clear = operands[0] === '-';
  if (clear) operands.shift();
  const variables = new Map(clear || options.has('i') ? [] : run.sys.env);
  for (const name of options.values('u')) variables.delete(name);
  while (operands[0]?.includes('=')) {
    const assignment = operands.shift() as Bytes;
    const equals = assignment.indexOf('=');
    variables.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  if (operands.length > 0) return yield* executeOrFail(run.sys, operands, variables);
  for (const [name, value] of variables) {
    yield* run.out.write(`${name}=${value}${options.has('0') ? '\0' : '\n'}`);
  }
  return 0;
});

/** Models coreutils/printenv.c, which knows no options. */
export const printenv = applet('printenv', function* (run) {
  if (run.args.length === 0) {
    for (const [name, value] of run.sys.env) yield* run.out.write(`${name}=${value}\n`);
    return 0;
  }
  let code = 0;
  for (const name of run.args) {
    const value = run.sys.env.get(name);
    if (value === undefined) code = 1;
    else yield* run.out.write(`${value}\n`);
  }
  return code;
});
