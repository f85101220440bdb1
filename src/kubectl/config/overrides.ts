import { goQuote } from '../../api/golang/quote';
import { KubectlError, plain } from '../errors';
import { GLOBAL_FLAGS } from '../flags/common-flags';
import type { FlagValues } from '../flags/flag-values';
import { currentContext, type Kubeconfig } from './kubeconfig';

/**
 * Whether the configuration leads to a server. `onRefused` is called where nothing listens at the place that
 * stands for no configuration. Models clientcmd's ConfirmUsable.
 */
export function checkConnection(
  config: Kubeconfig,
  flags: FlagValues,
  onRefused: () => void,
): void {
  const file = flags.string('kubeconfig');
  if (file !== '' && !config.found) throw plain(`stat ${file}: no such file or directory`);
  const context = globalValue(flags, 'context');
  if (context !== '' && !config.contexts.some(({ name }) => name === context)) {
    throw plain(`context ${goQuote(context)} does not exist`);
  }
  const user = globalValue(flags, 'user');
  if (user !== '' && !config.users.some(({ name }) => name === user)) {
    throw plain(`auth info ${goQuote(user)} does not exist`);
  }
  const cluster = globalValue(flags, 'cluster');
  if (cluster !== '' && !config.clusters.some(({ name }) => name === cluster)) {
    throw plain(`no server found for cluster ${goQuote(cluster)}`);
  }
  const current = currentContext(config);
  if (
    !current &&
    config.currentContext === '' &&
    cluster === '' &&
    globalValue(flags, 'server') === ''
  ) {
    onRefused();
    throw new KubectlError(
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    );
  }
}

/** A flag's value, unless a command has given the name to a flag of its own. */
function globalValue(flags: FlagValues, name: string): string {
  const flag = flags.find(name);
  return flag && GLOBAL_FLAGS.includes(flag) ? flags.string(name) : '';
}
