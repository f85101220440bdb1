import { isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { type Kubeconfig, kubeconfigObject } from '../config/kubeconfig';
import { minified, redacted } from '../config/redact';
import { entryOf, saveKubeconfig, withEntry, withProperty } from '../config/write';
import { type KubectlError, plain, throwAll, usage } from '../errors';
import { fileType } from '../files';
import { PRINT_FLAGS } from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { helpText } from '../help';
import { createPrinter } from '../print/formats';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';
import { toYaml } from '../print/yaml';

/** A command of the group: it works without a cluster. */
function local(
  name: string,
  summary: string,
  run: (invocation: Invocation) => Task<number>,
  more: Partial<Command> = {},
): Command {
  return { name, summary, run, offline: true, ...more };
}

/** Wrong arguments: kubectl shows the command's help first. */
function wrongArguments(command: Command, { args, output, path }: Invocation): KubectlError {
  output.out(helpText(command, path));
  return plain(`Unexpected args: [${args.join(' ')}]`);
}

const view = local(
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

const currentContextCommand = local(
  'current-context',
  'Display the current-context',
  function* run({ config, output, sys }): Task<number> {
    if (config.currentContext === '') throw plain('current-context is not set');
    output.out(`${config.currentContext}\n`);
    yield* output.flush(sys);
    return 0;
  },
);

const getContexts = local('get-contexts', 'Describe one or many contexts', runGetContexts, {
  flags: [bool('no-headers'), string('output', 'o')],
});

function* runGetContexts(invocation: Invocation): Task<number> {
  const { args, config, flags, output, sys } = invocation;
  const format = flags.string('output');
  if (format !== '' && format !== 'name') {
    throw plain(
      `--output ${format} is not available in kubectl config get-contexts; resetting to default output format`,
    );
  }
  const missing = args.filter((name) => !entryOf(config.contexts, name));
  const names = config.contexts
    .map(({ name }) => name)
    .filter((name) => args.length === 0 || args.includes(name))
    .sort();
  const writer = new TabWriter(TABLE_TABS);
  if (format === '' && !flags.bool('no-headers')) {
    writer.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n');
  }
  for (const name of names) {
    const { cluster = '', user = '', namespace = '' } = entryOf(config.contexts, name) ?? {};
    const mark = name === config.currentContext ? '*' : '';
    const cells = format === 'name' ? [name] : [mark, name, cluster, user, namespace];
    writer.write(`${cells.join('\t')}\n`);
  }
  output.out(writer.flush());
  yield* output.flush(sys);
  throwAll(missing.map((name) => plain(`context ${name} not found`)));
  return 0;
}

/** `get-clusters` and `get-users`: names alone. */
function namesCommand(name: string, summary: string, list: 'clusters' | 'users'): Command {
  return local(name, summary, function* run({ config, output, sys }): Task<number> {
    const names = config[list].map((entry) => entry.name).sort();
    output.out(['NAME', ...names].map((line) => `${line}\n`).join(''));
    yield* output.flush(sys);
    return 0;
  });
}

const useContext: Command = local(
  'use-context',
  'Set the current-context in a kubeconfig file',
  function* run(invocation): Task<number> {
    const { args, config, output, sys } = invocation;
    const [name = '', ...more] = args;
    if (args.length === 0 || more.length > 0) throw wrongArguments(useContext, invocation);
    if (name === '') throw plain('empty context names are not allowed');
    if (!entryOf(config.contexts, name)) {
      throw plain(`no context exists with the name: "${name}"`);
    }
    yield* saveKubeconfig(sys, { ...config, currentContext: name });
    output.out(`Switched to context "${name}".\n`);
    return 0;
  },
  {
    aliases: ['use'],
    description: 'Set the current-context in a kubeconfig file.',
    examples: '  # Use the context for the minikube cluster\n  kubectl config use-context minikube',
    use: 'CONTEXT_NAME',
  },
);

const setContext = local('set-context', 'Set a context entry in kubeconfig', runSetContext, {
  flags: [bool('current'), string('cluster'), string('user'), string('namespace', 'n')],
});

function* runSetContext(invocation: Invocation): Task<number> {
  const { args, config, flags, output, sys } = invocation;
  const current = flags.bool('current');
  const [given = '', ...more] = args;
  if (more.length > 0) throw wrongArguments(setContext, invocation);
  if (given === '' && !current) {
    throw plain('you must specify a non-empty context name or --current');
  }
  if (given !== '' && current) {
    throw plain('you cannot specify both a context name and --current');
  }
  const name = current ? config.currentContext : given;
  if (name === '') throw plain('no current context is set');
  const before = entryOf(config.contexts, name);
  const changed: Record<string, Json> = { cluster: '', user: '', ...before };
  for (const field of ['cluster', 'user', 'namespace']) {
    if (flags.changed(field)) changed[field] = flags.string(field);
  }
  yield* saveKubeconfig(sys, withEntry(config, 'contexts', name, changed));
  output.out(`Context "${name}" ${before ? 'modified' : 'created'}.\n`);
  return 0;
}

const SET_CLUSTER_FLAGS = [
  string('certificate-authority', undefined, {
    help: 'Path to certificate-authority file for the cluster entry in kubeconfig',
  }),
  bool('embed-certs', undefined, { help: 'embed-certs for the cluster entry in kubeconfig' }),
  bool('insecure-skip-tls-verify', undefined, {
    help: 'insecure-skip-tls-verify for the cluster entry in kubeconfig',
  }),
  string('proxy-url', undefined, { help: 'proxy-url for the cluster entry in kubeconfig' }),
  string('server', undefined, { help: 'server for the cluster entry in kubeconfig' }),
  string('tls-server-name', undefined, {
    help: 'tls-server-name for the cluster entry in kubeconfig',
  }),
];

const setCluster: Command = local(
  'set-cluster',
  'Set a cluster entry in kubeconfig',
  runSetCluster,
  {
    flags: SET_CLUSTER_FLAGS,
    description: `Set a cluster entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values for those fields.`,
    examples: `  # Set only the server field on the e2e cluster entry without touching other values
  kubectl config set-cluster e2e --server=https://1.2.3.4
  
  # Embed certificate authority data for the e2e cluster entry
  kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt
  
  # Disable cert checking for the e2e cluster entry
  kubectl config set-cluster e2e --insecure-skip-tls-verify=true
  
  # Set the custom TLS server name to use for validation for the e2e cluster entry
  kubectl config set-cluster e2e --tls-server-name=my-cluster-name
  
  # Set the proxy URL for the e2e cluster entry
  kubectl config set-cluster e2e --proxy-url=https://1.2.3.4`,
    use: 'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  },
);

function* runSetCluster(invocation: Invocation): Task<number> {
  const { args, config, flags, output, sys } = invocation;
  const [name = '', ...more] = args;
  if (args.length === 0 || more.length > 0) throw wrongArguments(setCluster, invocation);
  const insecure = flags.changed('insecure-skip-tls-verify');
  if (
    insecure &&
    flags.bool('insecure-skip-tls-verify') &&
    flags.changed('certificate-authority')
  ) {
    throw plain('you cannot specify a certificate authority and insecure mode at the same time');
  }
  if (flags.bool('embed-certs')) checkEmbedded(invocation, ['certificate-authority']);
  const changed: Record<string, Json> = { ...entryOf(config.clusters, name) };
  for (const field of ['server', 'tls-server-name', 'certificate-authority', 'proxy-url']) {
    if (flags.changed(field)) changed[field] = flags.string(field);
  }
  if (insecure) changed['insecure-skip-tls-verify'] = flags.bool('insecure-skip-tls-verify');
  yield* saveKubeconfig(sys, withEntry(config, 'clusters', name, changed));
  output.out(`Cluster "${name}" set.\n`);
  return 0;
}

function checkEmbedded({ flags, sys }: Invocation, files: readonly string[]): void {
  const given = files.filter((flag) => flags.string(flag) !== '');
  if (given.length === 0) {
    throw plain(`you must specify a ${files.map((flag) => `--${flag}`).join(' or ')} to embed`);
  }
  for (const flag of given) {
    const file = flags.string(flag);
    if (fileType(sys, file) !== undefined) continue;
    throw plain(`could not stat ${flag} file ${file}: stat ${file}: no such file or directory`);
  }
}

const CREDENTIALS = ['client-certificate', 'client-key', 'token', 'username', 'password'];

const setCredentials = local(
  'set-credentials',
  'Set a user entry in kubeconfig',
  runSetCredentials,
  {
    flags: [...CREDENTIALS.map((name) => string(name)), bool('embed-certs')],
  },
);

function* runSetCredentials({ ...invocation }: Invocation): Task<number> {
  const { args, config, flags, output, sys } = invocation;
  const [name = '', ...more] = args;
  if (args.length === 0 || more.length > 0) {
    throw plain(`unexpected args: [${args.join(' ')}]`);
  }
  const token = flags.string('token') !== '';
  const basic = flags.string('username') !== '' || flags.string('password') !== '';
  if (token && basic) {
    throw plain(
      'you cannot specify more than one authentication method at the same time: --token, --username/--password',
    );
  }
  if (flags.bool('embed-certs')) checkEmbedded(invocation, ['client-certificate', 'client-key']);
  const { ...changed }: Record<string, Json> = entryOf(config.users, name) ?? {};
  for (const field of CREDENTIALS) {
    if (flags.changed(field)) changed[field] = flags.string(field);
  }
  // One way to log in takes the other's place.
  for (const field of basic ? ['token'] : token ? ['username', 'password'] : []) {
    delete changed[field];
  }
  yield* saveKubeconfig(sys, withEntry(config, 'users', name, changed));
  output.out(`User "${name}" set.\n`);
  return 0;
}

const set: Command = local('set', 'Set an individual value in a kubeconfig file', runSet, {
  flags: [
    bool('set-raw-bytes', undefined, {
      help: 'When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.',
    }),
  ],
  description: `Set an individual value in a kubeconfig file.

 PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.  Map keys may not contain dots.

 PROPERTY_VALUE is the new value you want to set. Binary fields such as 'certificate-authority-data' expect a base64 encoded string unless the --set-raw-bytes flag is used.

 Specifying an attribute name that already exists will merge new fields on top of existing values.`,
  examples: `  # Set the server field on the my-cluster cluster to https://1.2.3.4
  kubectl config set clusters.my-cluster.server https://1.2.3.4
  
  # Set the certificate-authority-data field on the my-cluster cluster
  kubectl config set clusters.my-cluster.certificate-authority-data $(echo "cert_data_here" | base64 -i -)
  
  # Set the cluster field in the my-context context to my-cluster
  kubectl config set contexts.my-context.cluster my-cluster
  
  # Set the client-key-data field in the cluster-admin user using --set-raw-bytes option
  kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true`,
  use: 'PROPERTY_NAME PROPERTY_VALUE',
});

function* runSet(invocation: Invocation): Task<number> {
  const { args, config, output, sys } = invocation;
  const [property = '', value = '', ...more] = args;
  if (args.length < 2 || more.length > 0) throw wrongArguments(set, invocation);
  if (value === '') throw plain('you cannot use set to unset a property');
  if (property === '') throw plain('you must specify a property');
  yield* saveKubeconfig(sys, withProperty(config, property, value));
  output.out(`Property "${property}" set.\n`);
  return 0;
}

const unset: Command = local(
  'unset',
  'Unset an individual value in a kubeconfig file',
  function* run(invocation): Task<number> {
    const { args, config, output, sys } = invocation;
    const [property = '', ...more] = args;
    if (args.length === 0 || more.length > 0) throw wrongArguments(unset, invocation);
    yield* saveKubeconfig(sys, withProperty(config, property, undefined));
    output.out(`Property "${property}" unset.\n`);
    return 0;
  },
  {
    description: `Unset an individual value in a kubeconfig file.

 PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.  Map keys may not contain dots.`,
    examples: `  # Unset the current-context
  kubectl config unset current-context
  
  # Unset namespace in foo context
  kubectl config unset contexts.foo.namespace`,
    use: 'PROPERTY_NAME',
  },
);

const DELETE_EXAMPLES: Readonly<Record<string, string>> = {
  cluster: '  # Delete the minikube cluster\n  kubectl config delete-cluster minikube',
  context:
    '  # Delete the context for the minikube cluster\n  kubectl config delete-context minikube',
};

function deleteCommand(noun: string, list: 'clusters' | 'contexts' | 'users'): Command {
  const command: Command = local(
    `delete-${noun}`,
    `Delete the specified ${noun} from the kubeconfig`,
    function* run(invocation): Task<number> {
      const { args, config, output, path, sys } = invocation;
      const [name = '', ...more] = args;
      if (noun === 'user' && args.length !== 1) throw usage(path, 'user to delete is required');
      if (args.length === 0 || more.length > 0) {
        output.out(helpText(command, path));
        return 0;
      }
      if (!entryOf(config[list], name)) {
        throw plain(`cannot delete ${noun} ${name}, not in ${config.path}`);
      }
      if (noun === 'context' && name === config.currentContext) {
        output.err(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        );
      }
      yield* saveKubeconfig(sys, withEntry(config, list, name, undefined));
      output.out(`deleted ${noun} ${name} from ${config.path}\n`);
      return 0;
    },
    { examples: DELETE_EXAMPLES[noun], use: 'NAME' },
  );
  return command;
}

const renameContext: Command = local(
  'rename-context',
  'Rename a context from the kubeconfig file',
  function* run(invocation): Task<number> {
    const { args, config, output, sys } = invocation;
    const [before = '', after = ''] = args;
    if (args.length !== 2) throw wrongArguments(renameContext, invocation);
    if (after === '') throw plain('You must specify a new non-empty context name');
    const value = entryOf(config.contexts, before);
    if (!value) {
      throw plain(`cannot rename the context "${before}", it's not in ${config.path}`);
    }
    if (entryOf(config.contexts, after)) {
      throw plain(
        `cannot rename the context "${before}", the context "${after}" already exists in ${config.path}`,
      );
    }
    const renamed: Kubeconfig = withEntry(
      withEntry(config, 'contexts', before, undefined),
      'contexts',
      after,
      value,
    );
    const current = config.currentContext === before ? after : config.currentContext;
    yield* saveKubeconfig(sys, { ...renamed, currentContext: current });
    output.out(`Context "${before}" renamed to "${after}".\n`);
    return 0;
  },
  {
    description: `Renames a context from the kubeconfig file.

 CONTEXT_NAME is the context name that you want to change.

 NEW_NAME is the new name you want to set.

 Note: If the context being renamed is the 'current-context', this field will also be updated.`,
    examples: `  # Rename the context 'old-name' to 'new-name' in your kubeconfig file
  kubectl config rename-context old-name new-name`,
    use: 'CONTEXT_NAME NEW_NAME',
  },
);

export const config: Command = {
  name: 'config',
  summary: 'Modify kubeconfig files',
  description: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 The loading order follows these rules:

  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.
  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last file in the list.
  3.  Otherwise, \${HOME}/.kube/config is used and no merging takes place.`,
  use: 'SUBCOMMAND',
  subcommands: [
    currentContextCommand,
    deleteCommand('cluster', 'clusters'),
    deleteCommand('context', 'contexts'),
    deleteCommand('user', 'users'),
    namesCommand('get-clusters', 'Display clusters defined in the kubeconfig', 'clusters'),
    getContexts,
    namesCommand('get-users', 'Display users defined in the kubeconfig', 'users'),
    renameContext,
    set,
    setCluster,
    setContext,
    setCredentials,
    unset,
    useContext,
    view,
  ],
};
