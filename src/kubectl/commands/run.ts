import { isNotFound } from '../../api/find-object';
import { parseImageReference } from '../../api/image-reference';
import type { JsonObject } from '../../api/patch/json-value';
import type { Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { errorText, KubectlError, plain, usage } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  podRunningTimeout,
  SAVE_CONFIG_FLAG,
} from '../flags/common-flags';
import { bool, duration, int, string, stringArray } from '../flags/flag';
import { inGoOrder, withTypedLastApplied } from '../generate/generator';
import { OVERRIDE_FLAGS, overridden } from '../generate/overrides';
import { podFromFlags } from '../generate/pod';
import { defaultContainer } from '../pods/containers';
import { requireResource } from '../resource/mapper';
import { onlyObject, waitUntil } from '../resource/wait-until';
import { type DryRun, dryRunOf, resultPrinter, writeOptions } from '../write-options';
import { attachTo } from './attach';
import { checkCascade } from './delete';
import { readToEnd } from './logs-streams';

export const runCommand: Command = {
  name: 'run',
  summary: 'Run a particular image on the cluster',
  flags: [
    stringArray('annotations'),
    bool('attach'),
    string('cascade', undefined, { default: 'background', bare: 'background' }),
    bool('command'),
    string('detach-keys'),
    DRY_RUN_FLAG,
    stringArray('env'),
    bool('expose'),
    fieldManagerFlag('kubectl-run'),
    ...FILENAME_FLAGS,
    bool('force'),
    int('grace-period', undefined, { default: '-1' }),
    string('image', undefined, { required: true }),
    string('image-pull-policy'),
    string('labels', 'l'),
    bool('leave-stdin-open'),
    ...OVERRIDE_FLAGS,
    podRunningTimeout('1m0s'),
    string('port'),
    ...PRINT_FLAGS,
    bool('privileged'),
    bool('quiet', 'q'),
    string('restart', undefined, { default: 'Always' }),
    bool('rm'),
    SAVE_CONFIG_FLAG,
    bool('stdin', 'i'),
    duration('timeout'),
    bool('tty', 't'),
    bool('wait'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { flags, args, client, namespace } = invocation;
  const dryRun = dryRunOf(invocation);
  const attaching = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
  checkCascade(flags, invocation.output);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const restartPolicy = checkedRestartPolicy(invocation, attaching, dryRun);
  const pods = requireResource(client, 'pods');
  const object = overridden(inGoOrder(podFromFlags(invocation, restartPolicy)), invocation);
  const pod = created(invocation, 'pods', object, dryRun);
  if (flags.bool('expose')) {
    const service = serviceFor(invocation, object);
    print(
      requireResource(client, 'services'),
      created(invocation, 'services', service, dryRun),
      'created',
    );
  }
  if (!attaching) {
    print(pods, pod, 'created');
    return 0;
  }
  try {
    return yield* attachAndWait(invocation, args[0] as string, restartPolicy);
  } finally {
    if (flags.bool('rm')) {
      remove(invocation, 'pods', 'pod', namespace);
      if (flags.bool('expose')) remove(invocation, 'services', 'service', namespace);
    }
  }
}

function checkedRestartPolicy(
  { args, dash, flags, path }: Invocation,
  attaching: boolean,
  dryRun: DryRun,
): string {
  if (args.length === 0 || dash === 0) throw usage(path, 'NAME is required for run');
  const image = flags.string('image');
  if (image === '') throw plain('--image is required');
  if (!parseImageReference(image)) {
    throw plain(`Invalid image name "${image}": invalid reference format`);
  }
  if (flags.bool('tty') && !flags.bool('stdin')) {
    throw usage(path, '-i/--stdin is required for containers with -t/--tty=true');
  }
  if (flags.bool('expose') && flags.string('port') === '') {
    throw usage(path, '--port must be set when exposing a service');
  }
  const given = flags.string('restart');
  const policy = given || (flags.bool('stdin') ? 'OnFailure' : 'Always');
  if (!['Always', 'OnFailure', 'Never'].includes(policy)) {
    throw usage(path, `invalid restart policy: ${policy}`);
  }
  if (flags.bool('rm') && !attaching) {
    throw usage(path, '--rm should only be used for attached containers');
  }
  if (attaching && dryRun !== 'none') {
    throw usage(
      path,
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  const pull = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull)) {
    throw usage(path, `invalid image pull policy: ${pull}`);
  }
  return policy;
}

function created(
  invocation: Invocation,
  resource: string,
  given: JsonObject,
  dryRun: DryRun,
): unknown {
  const { client, flags, namespace, namespaceGiven } = invocation;
  if (dryRun === 'client') {
    if (!namespaceGiven) return inGoOrder(given);
    return inGoOrder({ ...given, metadata: { ...(given.metadata as JsonObject), namespace } });
  }
  const object = inGoOrder(given);
  const wanted = flags.bool('save-config') ? withTypedLastApplied(object) : object;
  return client.create(resource, namespace, wanted, writeOptions(invocation, dryRun));
}

/** The Service of --expose. */
function serviceFor({ args, flags }: Invocation, pod: JsonObject): JsonObject {
  const { labels } = pod.metadata as { labels?: JsonObject };
  const port = Number(flags.string('port'));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: args[0] ?? '' },
    spec: {
      ports: [{ protocol: 'TCP', port, targetPort: port }],
      selector: labels ?? {},
    },
  };
}

/** Attaches once the container runs; then waits for the pod's end, if it is to have one. */
function* attachAndWait(invocation: Invocation, name: string, restartPolicy: string): Task<number> {
  const { flags } = invocation;
  const pod = yield* waitForPod(invocation, name, (one) => isReady(one) || isOver(one));
  const container = defaultContainer(pod).name ?? '';
  if (isOver(pod)) yield* showLog(invocation, pod, container);
  else yield* attachOrShowLog(invocation, pod, container);
  if (flags.bool('leave-stdin-open') || restartPolicy === 'Always') return 0;
  const wanted = (one: Pod) =>
    restartPolicy === 'OnFailure' ? one.status?.phase === 'Succeeded' : isOver(one);
  return exitOf(yield* waitForPod(invocation, name, wanted));
}

function* attachOrShowLog(invocation: Invocation, pod: Pod, container: string): Task<number> {
  const { output, sys } = invocation;
  yield* showLog(invocation, pod, container);
  try {
    return yield* attachTo(invocation, pod, container);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    const why = error.message.replace('error: ', '');
    output.err(
      `warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${why}\n`,
    );
    yield* output.flush(sys);
    yield* showLog(invocation, pod, container);
    return 0;
  }
}

function* showLog({ client, sys }: Invocation, pod: Pod, container: string): Call<void> {
  const { namespace = '', name = '' } = pod.metadata;
  yield* readToEnd(sys, client.logs(namespace, name, { container }), '');
}

function* waitForPod(
  invocation: Invocation,
  name: string,
  wanted: (pod: Pod) => boolean,
): Call<Pod> {
  const { client, flags, namespace } = invocation;
  const timeout = flags.duration('pod-running-timeout');
  const pod = yield* waitUntil(invocation, 'pods', onlyObject(namespace, name), timeout, () => {
    const found = client.get('pods', namespace, name) as Pod;
    return wanted(found) ? found : undefined;
  });
  if (!pod) throw plain('timed out waiting for the condition');
  return pod;
}

function isOver({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function isReady({ status }: Pod): boolean {
  if (status?.phase !== 'Running') return false;
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True';
}

function exitOf(pod: Pod): number {
  const { metadata, status } = pod;
  const title = `pod ${metadata.namespace}/${metadata.name}`;
  if (status?.phase === 'Succeeded') return 0;
  const terminated = status?.containerStatuses?.[0]?.state?.terminated;
  if (!terminated || terminated.exitCode === 0) {
    throw plain(`${title} failed with unknown exit code`);
  }
  const { reason = '', message = '', exitCode } = terminated;
  throw new KubectlError(`${title} terminated (${reason})\n${message}`, exitCode);
}

/** What --rm does at the end. */
function remove(
  { args, client, flags, output }: Invocation,
  resource: string,
  kind: string,
  namespace: string,
): void {
  const name = args[0] ?? '';
  try {
    client.delete(resource, namespace, name);
    if (!flags.bool('quiet')) {
      output.out(`${kind} "${name}" deleted from ${namespace} namespace\n`);
    }
  } catch (error) {
    if (!isNotFound(error)) output.err(`${errorText(error)}\n`);
  }
}
