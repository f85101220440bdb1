import { apiVersionOf } from '../../api/client';
import type { JsonObject } from '../../api/patch/json-value';
import { parseQuantity, quantityText } from '../../api/quantity';
import { ApiError } from '../../api/status';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  RECORD_FLAG,
  SAVE_CONFIG_FLAG,
} from '../flags/common-flags';
import { int32, string } from '../flags/flag';
import { inGoOrder, withTypedLastApplied } from '../generate/generator';
import { type Found, fetchTargets, resolveTargets } from '../resource/builder';
import { recorded } from '../resource/change-cause';
import { requireResource } from '../resource/mapper';
import { dryRunOf, resultPrinter, writeOptions } from '../write-options';
import { SCALABLE } from './scale';

export const autoscale: Command = {
  name: 'autoscale',
  summary: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  flags: [
    string('cpu'),
    int32('cpu-percent', undefined, {
      default: '-1',
      deprecated:
        "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    }),
    DRY_RUN_FLAG,
    fieldManagerFlag('kubectl-autoscale'),
    ...FILENAME_FLAGS,
    int32('max', undefined, { default: '-1', required: true }),
    string('memory'),
    int32('min', undefined, { default: '-1' }),
    string('name'),
    ...PRINT_FLAGS,
    RECORD_FLAG,
    SAVE_CONFIG_FLAG,
  ],
  run,
};

const AUTOSCALERS = 'horizontalpodautoscalers.autoscaling';

function* run(invocation: Invocation): Task<number> {
  const { client, flags, namespace } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const metrics = metricsOf(invocation);
  const resolved = yield* resolveTargets(invocation);
  const { found, errors: missing } = fetchTargets(invocation, resolved.targets, {
    filesAsTheyAre: true,
  });
  const errors: unknown[] = [...resolved.errors, ...missing];
  const info = requireResource(client, AUTOSCALERS);
  for (const one of found) {
    try {
      checkScalable(one);
      const object = inGoOrder(recorded(invocation, autoscalerFor(invocation, one, metrics)));
      if (dryRun === 'client') {
        print(info, object, 'created');
        continue;
      }
      const wanted = flags.bool('save-config') ? withTypedLastApplied(object) : object;
      const options = writeOptions(invocation, dryRun);
      print(info, client.create(AUTOSCALERS, namespace, wanted, options), 'autoscaled');
    } catch (error) {
      errors.push(refused(invocation, error));
    }
  }
  throwAll(errors);
  if (found.length === 0) throw plain('no objects passed to autoscale');
  return 0;
}

function checkScalable({ info }: Found): void {
  if (SCALABLE.has(info.resource)) return;
  throw plain(
    `cannot autoscale a ${info.kind}: could not find scale subresource for ${info.group}/${info.version}, Resource=${info.plural} in discovery information`,
  );
}

/** kubectl tries the old version of the API next, which cannot say everything. */
function refused({ flags }: Invocation, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const cpu = flags.string('cpu');
  const memory = flags.string('memory');
  if (flags.number('cpu-percent') >= 0 && memory === '') return error;
  if (cpu.trim().endsWith('%') && memory === '') return error;
  const why = cpu === '' ? 'empty input' : '%!w(<nil>)';
  return plain(
    `failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${why}`,
  );
}

function metricsOf({ flags }: Invocation): JsonObject[] {
  const max = flags.number('max');
  const min = flags.number('min');
  if (max < 1) throw plain(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min) {
    throw plain(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  }
  const percent = flags.number('cpu-percent');
  const cpu = flags.string('cpu');
  const memory = flags.string('memory');
  if (percent > 0 && cpu !== '') throw plain('--cpu-percent and --cpu are mutually exclusive');
  const metrics: JsonObject[] = [];
  if (percent > 0) {
    metrics.push(metric('cpu', { type: 'Utilization', averageUtilization: percent }));
  }
  if (cpu !== '') metrics.push(metric('cpu', metricTarget(cpu, 'cpu', 'm')));
  if (memory !== '') metrics.push(metric('memory', metricTarget(memory, 'memory', 'Mi')));
  return metrics;
}

function metric(name: string, target: JsonObject): JsonObject {
  return { type: 'Resource', resource: { name, target } };
}

/** `80%`, `500m`, or a number in the resource's own unit. */
function metricTarget(given: string, resource: string, unit: string): JsonObject {
  const text = given.trim();
  if (text.endsWith('%')) {
    const number = text.slice(0, -1);
    if (!/^\d+$/.test(number)) throw plain(`invalid percentage value: ${number}`);
    return { type: 'Utilization', averageUtilization: Number(number) };
  }
  const plainNumber = text !== '' && !Number.isNaN(Number(text));
  try {
    const quantity = parseQuantity(plainNumber ? `${Number(text)}${unit}` : text);
    return { type: 'AverageValue', averageValue: quantityText(quantity) };
  } catch {
    throw plain(`invalid resource ${resource} value: ${text}`);
  }
}

function autoscalerFor(
  { flags, namespace, namespaceGiven }: Invocation,
  { info, object }: Found,
  metrics: readonly JsonObject[],
): JsonObject {
  const target = object.metadata.name ?? '';
  const min = flags.number('min');
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      name: flags.string('name') || target,
      ...(namespaceGiven ? { namespace } : {}),
    },
    spec: {
      scaleTargetRef: { apiVersion: apiVersionOf(info), kind: info.kind, name: target },
      ...(min > 0 ? { minReplicas: min } : {}),
      maxReplicas: flags.number('max'),
      ...(metrics.length > 0 ? { metrics } : {}),
    },
  };
}
