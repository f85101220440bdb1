import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { currentContext } from '../config/kubeconfig';

export const clusterInfo: Command = {
  name: 'cluster-info',
  summary: 'Display cluster information',
  run,
};

const CLUSTER_SERVICE = 'kubernetes.io/cluster-service=true';

function* run(invocation: Invocation): Task<number> {
  const { client, config, flags, output, sys } = invocation;
  const cluster = flags.string('cluster') || String(currentContext(config)?.cluster ?? '');
  const configured = config.clusters.find(({ name }) => name === cluster)?.value.server;
  const server = flags.string('server') || String(configured ?? '');
  output.out(`Kubernetes control plane is running at ${server}\n`);
  const { items } = client.list('services', {
    namespace: 'kube-system',
    labelSelector: CLUSTER_SERVICE,
  });
  for (const { metadata, spec } of items) {
    const { ports = [] } = spec as { ports?: readonly { name?: string }[] };
    const port = ports[0]?.name ? `:${ports[0].name}` : '';
    const title = metadata.labels?.['kubernetes.io/name'] ?? metadata.name;
    output.out(
      `${title} is running at ${server}/api/v1/namespaces/kube-system/services/${metadata.name}${port}/proxy\n`,
    );
  }
  output.out(
    "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n",
  );
  yield* output.flush(sys);
  return 0;
}
