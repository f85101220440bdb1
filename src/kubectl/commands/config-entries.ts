import type { Json } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { entryOf, saveKubeconfig, withEntry } from '../config/write';
import { plain, usage } from '../errors';
import { fileType } from '../files';
import { bool, string } from '../flags/flag';
import { helpText } from '../help';
import { local, wrongArguments } from './config-command';

/** `get-clusters` and `get-users`: names alone. */
export function namesCommand(name: string, summary: string, list: 'clusters' | 'users'): Command {
  return local(name, summary, function* run({ config, output, sys }): Task<number> {
    const names = config[list].map((entry) => entry.name).sort();
    output.out(['NAME', ...names].map((line) => `${line}\n`).join(''));
    yield* output.flush(sys);
    return 0;
  });
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

export const setCluster: Command = local(
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

export const setCredentials = local(
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

const DELETE_EXAMPLES: Readonly<Record<string, string>> = {
  cluster: '  # Delete the minikube cluster\n  kubectl config delete-cluster minikube',
  context:
    '  # Delete the context for the minikube cluster\n  kubectl config delete-context minikube',
};

export function deleteCommand(noun: string, list: 'clusters' | 'contexts' | 'users'): Command {
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
