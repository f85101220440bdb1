import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { saveKubeconfig, withProperty } from '../config/write';
import { plain } from '../errors';
import { bool } from '../flags/flag';
import { local, wrongArguments } from './config-command';

export const set: Command = local('set', 'Set an individual value in a kubeconfig file', runSet, {
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

export const unset: Command = local(
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
