import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { plain } from '../errors';
import { type Found, fetchTargets, resolveTargets } from '../resource/builder';

/** The workloads that the arguments name; errors are collected. */
export function* workloadsOf(
  invocation: Invocation,
): Call<{ readonly found: readonly Found[]; readonly errors: unknown[] }> {
  const { args, flags } = invocation;
  if (args.length === 0 && !flags.namesFiles) {
    throw plain('required resource not specified');
  }
  const resolved = yield* resolveTargets(invocation, {
    typeMeansAll: true,
    labelSelector: flags.string('selector'),
  });
  const { found, errors } = fetchTargets(invocation, resolved.targets);
  return { found, errors: [...resolved.errors, ...errors] };
}

export function nothingThere({ namespace, output }: Invocation): void {
  output.err(`No resources found in ${namespace} namespace.\n`);
}
