import { goQuote } from '../../api/golang/quote';
import { KubectlError, plain } from '../errors';
import type { FlagValues } from '../flags/flag-values';
import { currentContext, type Kubeconfig } from './kubeconfig';

/** Whether the configuration leads to a server. Models clientcmd's ConfirmUsable. */
export function checkConnection(config: Kubeconfig, flags: FlagValues): void {
  const context = flags.string('context');
  if (context !== '' && !config.contexts.some(({ name }) => name === context)) {
    throw plain(`context ${goQuote(context)} does not exist`);
  }
  const user = flags.string('user');
  if (user !== '' && !config.users.some(({ name }) => name === user)) {
    throw plain(`auth info ${goQuote(user)} does not exist`);
  }
  const cluster = flags.string('cluster');
  if (cluster !== '' && !config.clusters.some(({ name }) => name === cluster)) {
    throw plain(`no server found for cluster ${goQuote(cluster)}`);
  }
  const current = currentContext(config);
  if (!current && config.currentContext === '' && cluster === '' && flags.string('server') === '') {
    throw new KubectlError(
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    );
  }
}
