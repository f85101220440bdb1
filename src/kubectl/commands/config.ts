import type { Command } from '../command';
import {
  currentContext,
  getContexts,
  renameContext,
  setContext,
  useContext,
} from './config-contexts';
import { deleteCommand, namesCommand, setCluster, setCredentials } from './config-entries';
import { set, unset } from './config-properties';
import { view } from './config-view';

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
    currentContext,
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
