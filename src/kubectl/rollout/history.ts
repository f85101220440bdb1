import type { JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { FILENAME_FLAGS, PRINT_FLAGS, SELECTOR_FLAG } from '../flags/common-flags';
import { int64 } from '../flags/flag';
import { inGoOrder } from '../generate/generator';
import { createPrinter, type ObjectPrinter } from '../print/formats';
import { alignText } from '../print/tab-writer';
import type { Found } from '../resource/builder';
import { type ResultPrinter, resultPrinter } from '../write-options';
import { checkHasRevisions, type Revision, revisionsOf, templateText } from './revisions';
import { workloadsOf } from './workloads';

export const rolloutHistory: Command = {
  name: 'history',
  summary: 'View rollout history',
  flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, int64('revision'), SELECTOR_FLAG],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { flags } = invocation;
  const wanted = flags.number('revision');
  if (wanted < 0) throw plain(`revision must be a positive integer: ${wanted}`);
  const print = yield* resultPrinter(invocation, 'none', { late: true });
  const printer = flags.changed('output')
    ? yield* createPrinter(invocation, { typed: true })
    : undefined;
  const { found, errors } = yield* workloadsOf(invocation);
  const show = showing(invocation, print, printer, wanted);
  for (const one of found) {
    try {
      show(one);
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  return 0;
}

/** Shows one workload's history; throws where there is none to show. */
function showing(
  invocation: Invocation,
  print: ResultPrinter,
  printer: ObjectPrinter | undefined,
  wanted: number,
): (one: Found) => void {
  let index = 0;
  return ({ info, object }) => {
    checkHasRevisions(object, 'history viewer', 'history');
    const revisions = revisionsOf(invocation, object);
    if (printer) {
      const shown = wanted > 0 ? [chosen(revisions, wanted)] : revisions;
      for (const one of shown) {
        invocation.output.out(printer(inGoOrder(one.object as unknown as JsonObject), index++));
      }
      return;
    }
    const which = wanted > 0 ? `with revision #${wanted}` : '';
    print(info, object, `${which}\n${historyText(revisions, wanted)}`);
  };
}

function chosen(revisions: readonly Revision[], wanted: number): Revision {
  const found = revisions.find(({ number }) => number === wanted);
  if (!found) throw plain('unable to find the specified revision');
  return found;
}

function historyText(revisions: readonly Revision[], wanted: number): string {
  if (revisions.length === 0) return 'No rollout history found.';
  if (wanted > 0) {
    const { template, changeCause } = chosen(revisions, wanted);
    return templateText(template, changeCause);
  }
  const rows = revisions.map(
    ({ number, changeCause }) => `${number}\t${changeCause || '<none>'}\n`,
  );
  return alignText(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`, { minWidth: 0, padding: 2 });
}
