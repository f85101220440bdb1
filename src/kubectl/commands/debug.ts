import { goQuote } from '../../api/golang/quote';
import { parseImageReference } from '../../api/image-reference';
import type { JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { twoWayPatch } from '../../api/patch/strategic-diff';
import type { Container, ContainerStatus, KubeObject, Pod } from '../../api/types';
import { readManifests } from '../../api/yaml/read-manifests';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import {
  type DebugPod,
  debugCopy,
  nodeDebugPod,
  type Wanted,
  withEphemeralContainer,
} from '../debug/pods';
import { profileOf } from '../debug/profiles';
import { KubectlError, plain, throwAll } from '../errors';
import { readTextOrFail } from '../files';
import { bool, string, stringSlice } from '../flags/flag';
import { inGoOrder } from '../generate/generator';
import { findContainer } from '../pods/containers';
import { fetchTargets, resolveTargets } from '../resource/builder';
import { onlyObject, waitUntil } from '../resource/wait-until';
import { attachTo } from './attach';
import { readToEnd } from './logs-streams';

export const debug: Command = {
  name: 'debug',
  summary: 'Create debugging sessions for troubleshooting workloads and nodes',
  flags: [
    bool('arguments-only'),
    bool('attach'),
    string('container', 'c'),
    string('copy-to'),
    string('custom'),
    stringSlice('env'),
    stringSlice('filename', 'f'),
    string('image'),
    string('image-pull-policy'),
    bool('keep-annotations'),
    bool('keep-init-containers', undefined, { default: 'true' }),
    bool('keep-labels'),
    bool('keep-liveness'),
    bool('keep-readiness'),
    bool('keep-startup'),
    string('profile', undefined, { default: 'general' }),
    bool('quiet', 'q'),
    bool('replace'),
    bool('same-node'),
    stringSlice('set-image'),
    bool('share-processes', undefined, { default: 'true' }),
    bool('stdin', 'i'),
    string('target'),
    bool('tty', 't'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args, dash, flags } = invocation;
  const names = dash < 0 ? args : args.slice(0, dash);
  const wanted: Wanted = {
    command: dash < 0 ? [] : args.slice(dash),
    env: [...pairs(invocation, 'env')].map(([name, value]) => ({ name, value })),
    images: pairs(invocation, 'set-image'),
    profile: profileOf(invocation),
    custom: yield* customProfile(invocation),
  };
  checkFlags(invocation, names, wanted);
  const attaching = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
  const found: KubeObject[] = [];
  const wordsOf = (name: string) => (name.includes('/') ? [name] : ['pods', name]);
  const groups = names.length === 0 ? [[]] : names.map(wordsOf);
  for (const words of groups) {
    const { targets } = yield* resolveTargets(invocation, { args: words });
    const fetched = fetchTargets(invocation, targets);
    throwAll(fetched.errors);
    found.push(...fetched.found.map(({ object }) => object));
  }
  for (const object of found) {
    const { pod, container } = debugPodFor(invocation, object, wanted);
    if (attaching && container !== '') yield* attachWhenRunning(invocation, pod, container);
  }
  return 0;
}

/** `a=1,b=2`. Models pflag's StringToString. */
function pairs({ flags, path }: Invocation, flag: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const text of flags.list(flag)) {
    const at = text.indexOf('=');
    if (at < 0) {
      throw new KubectlError(
        `error: invalid argument ${goQuote(text)} for "--${flag}" flag: ${text} must be formatted as key=value\nSee '${path} --help' for usage.`,
      );
    }
    found.set(text.slice(0, at), text.slice(at + 1));
  }
  return found;
}

function* customProfile({ flags, sys }: Invocation): Call<Partial<Container> | undefined> {
  const file = flags.string('custom');
  if (file === '') return undefined;
  const text = yield* readTextOrFail(
    sys,
    file,
    'must pass a container spec json file for custom profile: ',
  );
  const { documents, error } = readManifests(text);
  if (error !== undefined) throw plain(`${file} does not contain a valid container spec: ${error}`);
  return (documents[0] ?? {}) as Partial<Container>;
}

function checkFlags(
  { flags, output }: Invocation,
  names: readonly string[],
  { command, images, custom }: Wanted,
): void {
  const image = flags.string('image');
  const container = flags.string('container');
  if (flags.changed('attach') && flags.bool('attach') && image === '' && container === '') {
    throw plain(
      'you must specify --container or create a new container using --image in order to attach.',
    );
  }
  if (flags.string('copy-to') !== '') {
    if (image === '' && images.size === 0 && command.length === 0) {
      throw plain('you must specify --image, --set-image or command arguments.');
    }
    if (command.length > 0 && container === '' && image === '') {
      throw plain('you must specify an existing container or a new image when specifying args.');
    }
  } else {
    if (flags.bool('replace')) throw plain('--replace may only be used with --copy-to.');
    if (flags.bool('same-node')) throw plain('--same-node may only be used with --copy-to.');
    if (images.size > 0) throw plain('--set-image may only be used with --copy-to.');
    if (image === '') throw plain('you must specify --image when not using --copy-to.');
  }
  if (image !== '' && !parseImageReference(image)) {
    throw plain(`invalid image name ${goQuote(image)}: invalid reference format`);
  }
  if (names.length === 0 && flags.list('filename').length === 0) {
    throw plain('NAME or filename is required for debug');
  }
  const pull = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull)) {
    throw plain(`invalid image pull policy: ${pull}`);
  }
  for (const [name, value] of images) {
    if (parseImageReference(value)) continue;
    throw plain(
      `invalid image name ${goQuote(value)} for container ${goQuote(name)}: invalid reference format`,
    );
  }
  const target = flags.string('target');
  if (target !== '') {
    if (flags.string('copy-to') !== '') {
      throw plain('--target is incompatible with --copy-to. Use --share-processes instead.');
    }
    if (!flags.bool('quiet')) {
      output.out(
        `Targeting container ${goQuote(target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    }
  }
  if (flags.bool('tty') && !flags.bool('stdin')) {
    throw plain('-i/--stdin is required for containers with -t/--tty=true');
  }
  const fixed = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];
  if (custom && fixed.some((field) => field in custom)) {
    throw plain(
      'name, command, image, lifecycle and volume devices are not modifiable via custom profile',
    );
  }
  if (flags.string('profile') === 'legacy') {
    output.err(
      '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".\n',
    );
  }
}

/** Writes what the debugging needs; returns the pod as the server has it. */
function debugPodFor(invocation: Invocation, object: KubeObject, wanted: Wanted): DebugPod {
  const { client, flags, namespace } = invocation;
  if (object.kind === 'Node') {
    const { pod, container } = nodeDebugPod(invocation, object, wanted);
    const created = client.create('pods', namespace, typed(pod), { fieldValidation: 'Ignore' });
    return { pod: created as Pod, container };
  }
  if (object.kind !== 'Pod') {
    const [group, version] = object.apiVersion.includes('/')
      ? object.apiVersion.split('/')
      : ['', object.apiVersion];
    throw plain(`"${group}/${version}, Kind=${object.kind}" not supported by debug`);
  }
  const original = object as Pod;
  const space = original.metadata.namespace ?? namespace;
  if (flags.string('copy-to') === '') {
    const debugged = withEphemeralContainer(invocation, original, wanted);
    warnOfUser(invocation, debugged.pod, debugged.container);
    const patch = twoWayPatch(typed(original), typed(debugged.pod), patchSchemaOf('Pod'));
    const name = original.metadata.name ?? '';
    const written = client.patch('pods', space, name, 'strategic', patch, {
      subresource: 'ephemeralcontainers',
    });
    return { pod: written as Pod, container: debugged.container };
  }
  const { pod, container } = debugCopy(invocation, original, wanted);
  warnOfUser(invocation, pod, container);
  const created = client.create('pods', space, typed(pod), { fieldValidation: 'Ignore' });
  if (flags.bool('replace')) {
    client.delete('pods', space, original.metadata.name ?? '', { gracePeriodSeconds: 0 });
  }
  return { pod: created as Pod, container };
}

function typed(pod: Pod): JsonObject {
  return inGoOrder(pod as unknown as JsonObject);
}

function warnOfUser({ output }: Invocation, pod: Pod, name: string): void {
  const container = findContainer(pod, name);
  const security = container?.securityContext;
  if (!pod.spec.securityContext?.runAsUser || !security) return;
  if (security.runAsUser === 0) return;
  if (!security.privileged && (security.capabilities?.add ?? []).length === 0) return;
  output.warn(
    'Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".',
  );
}

function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  return [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find((one) => one.name === name);
}

/** Waits for the container, for as long as it takes. */
function* attachWhenRunning(invocation: Invocation, pod: Pod, container: string): Task<number> {
  const { client, flags, output, sys } = invocation;
  const { namespace = '', name = '' } = pod.metadata;
  yield* output.flush(sys);
  let told = '';
  const current = yield* waitUntil(
    invocation,
    'pods',
    onlyObject(namespace, name),
    Number.MAX_SAFE_INTEGER,
    () => {
      const live = client.get('pods', namespace, name) as Pod;
      const state = statusOf(live, container)?.state;
      if (state?.running || state?.terminated) return live;
      const message = state?.waiting?.message ?? '';
      if (message !== '' && message !== told && !flags.bool('quiet')) {
        output.warn(`container ${container}: ${message}`);
      }
      told = message;
      return undefined;
    },
  );
  if (!current) return 1;
  const showLog = () => readToEnd(sys, client.logs(namespace, name, { container }), '');
  if (statusOf(current, container)?.state?.terminated) {
    yield* showLog();
    return 0;
  }
  try {
    return yield* attachTo(invocation, current, container);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    const why = error.message.replace('error: ', '');
    output.err(`warning: couldn't attach to pod/${name}, falling back to streaming logs: ${why}\n`);
    yield* output.flush(sys);
    yield* showLog();
    return 0;
  }
}
