import { isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Invocation } from '../command';
import { kubeconfigObject } from '../config/kubeconfig';
import { minified, redacted } from '../config/redact';
import { plain, usage } from '../errors';
import { PRINT_FLAGS } from '../flags/common-flags';
import { bool } from '../flags/flag';
import { createPrinter } from '../print/formats';
import { toYaml } from '../print/yaml';
import { local } from './config-command';

export const view = local(
  'view',
  'Display merged kubeconfig settings or a specified kubeconfig file',
  runView,
  {
    flags: [
      ...PRINT_FLAGS.map((flag) => (flag.name === 'output' ? { ...flag, default: 'yaml' } : flag)),
      bool('flatten'),
      bool('merge', undefined, { default: 'true' }),
      bool('minify'),
      bool('raw'),
    ],
  },
);

function* runView(invocation: Invocation): Task<number> {
  const { args, config, flags, output, path, sys } = invocation;
  if (args.length > 0) throw usage(path, `unexpected arguments: [${args.join(' ')}]`);
  const printer = yield* createPrinter(invocation, { typed: true });
  if (!flags.bool('merge') && flags.string('kubeconfig') === '') {
    throw plain('if merge==false a precise file must be specified');
  }
  const small = flags.bool('minify') ? minified(config) : config;
  const shown = flags.bool('raw') || flags.bool('flatten') ? small : redacted(small);
  const object = inGoOrder(kubeconfigObject(shown));
  output.out(printer ? printer(object, 0) : toYaml(object));
  yield* output.flush(sys);
  return 0;
}

const ENTRY_ORDER = [
  'cluster',
  'server',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'certificate-authority',
  'certificate-authority-data',
  'user',
  'namespace',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'username',
  'password',
];

/** The file with its fields in the order of kubectl's own types. */
function inGoOrder(object: JsonObject): Json {
  const { kind, apiVersion, clusters, users, contexts, ...rest } = object;
  const fields = (value: JsonObject) =>
    Object.fromEntries(
      Object.entries(value).sort(([a], [b]) => ENTRY_ORDER.indexOf(a) - ENTRY_ORDER.indexOf(b)),
    );
  const entries = (list: Json | undefined): Json =>
    Array.isArray(list)
      ? list.map((item) =>
          Object.fromEntries(
            Object.entries(item as JsonObject).map(([key, value]) => [
              key,
              isObject(value) ? fields(value) : value,
            ]),
          ),
        )
      : null;
  return {
    kind: kind ?? 'Config',
    apiVersion: apiVersion ?? 'v1',
    clusters: entries(clusters),
    users: entries(users),
    contexts: entries(contexts),
    ...rest,
  };
}
