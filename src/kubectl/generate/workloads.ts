import { apiVersionOf } from '../../api/client';
import type { JsonObject } from '../../api/patch/json-value';
import type { KubeObject } from '../../api/types';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { KubectlError, plain, throwAll } from '../errors';
import { int32, string, stringSlice } from '../flags/flag';
import { fetchTargets, resolveTargets } from '../resource/builder';
import { type Generator, generatorCommand } from './generator';

const deployment: Generator = {
  name: 'deployment',
  aliases: ['deploy'],
  summary: 'Create a deployment with the specified name',
  flags: [
    stringSlice('image', undefined, { required: true }),
    int32('port', undefined, { default: '-1' }),
    int32('replicas', 'r', { default: '1' }),
  ],
  failure: 'failed to create deployment: ',
  check(invocation) {
    if (invocation.flags.list('image').length > 1 && commandOf(invocation).length > 0) {
      throw plain('cannot specify multiple --image options and command');
    }
  },
  object(invocation, name) {
    const { flags } = invocation;
    const labels = { app: name };
    const port = flags.number('port');
    const containers = flags.list('image').map((image, index) => ({
      name: containerName(invocation, image),
      image,
      command: [...commandOf(invocation)],
      ...(index === 0 && port >= 0 ? { ports: [{ containerPort: port }] } : {}),
    }));
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: flags.number('replicas'),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    };
  },
};

/** The words behind the name: a command for the container. */
function commandOf({ args }: Invocation): readonly string[] {
  return args.slice(1);
}

/** The image's last word; what a container's name cannot hold is replaced. */
function containerName({ sys }: Invocation, image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  const name = last.replace(/:.*$/, '').replace(/@.*$/, '');
  if (!/[_.]/.test(name)) return name;
  return `${name.replace(/[_.]/g, '-')}-${suffix(sys)}`;
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function suffix(sys: Invocation['sys']): string {
  let text = '';
  for (let i = 0; i < 5; i++) text += ALPHABET.charAt(sys.random(ALPHABET.length));
  return text;
}

function jobContainer(invocation: Invocation, name: string, restartPolicy: string): JsonObject {
  const image = invocation.flags.string('image');
  const containers = [{ name, image, command: [...commandOf(invocation)] }];
  return { template: { spec: { containers, restartPolicy } } };
}

const job: Generator = {
  name: 'job',
  summary: 'Create a job with the specified name',
  flags: [string('image'), string('from')],
  failure: 'failed to create job: ',
  check(invocation) {
    const { flags } = invocation;
    if ((flags.string('image') === '') === (flags.string('from') === '')) {
      throw plain('either --image or --from must be specified');
    }
    if (commandOf(invocation).length > 0 && flags.string('from') !== '') {
      throw plain('cannot specify --from and command');
    }
  },
  *object(invocation, name): Call<JsonObject> {
    if (invocation.flags.string('from') !== '') return yield* fromCronJob(invocation, name);
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: jobContainer(invocation, name, 'Never'),
    };
  },
};

function* fromCronJob(invocation: Invocation, name: string): Call<JsonObject> {
  const args = [invocation.flags.string('from')];
  const { targets } = yield* resolveTargets(invocation, { args });
  const { found, errors } = fetchTargets(invocation, targets);
  throwAll(errors);
  const [only] = found;
  if (!only || found.length !== 1) throw plain('from must be an existing cronjob');
  const { info, object } = only;
  if (info.kind !== 'CronJob') {
    const version = apiVersionOf(info).split('/').at(-1);
    throw new KubectlError(`error: unknown object type *${version}.${info.kind}`);
  }
  const { jobTemplate: template } = object.spec as {
    jobTemplate?: { metadata?: KubeObject['metadata']; spec?: object };
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: {
        'cronjob.kubernetes.io/instantiate': 'manual',
        ...template?.metadata?.annotations,
      },
      ...(template?.metadata?.labels ? { labels: template.metadata.labels } : {}),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: object.metadata.name ?? '',
          uid: object.metadata.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: (template?.spec ?? {}) as JsonObject,
  };
}

const cronJob: Generator = {
  name: 'cronjob',
  aliases: ['cj'],
  summary: 'Create a cron job with the specified name',
  flags: [
    string('image', undefined, { required: true }),
    string('schedule', undefined, { required: true }),
    string('restart'),
  ],
  failure: 'failed to create cronjob: ',
  object(invocation, name) {
    const { flags } = invocation;
    const restart = flags.string('restart') || 'OnFailure';
    return {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: {
        schedule: flags.string('schedule'),
        jobTemplate: { metadata: { name }, spec: jobContainer(invocation, name, restart) },
      },
    };
  },
};

export const WORKLOAD_COMMANDS: readonly Command[] = [deployment, job, cronJob].map(
  generatorCommand,
);
