import type { Json } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import type { Kubeconfig } from '../config/kubeconfig';
import { entryOf, saveKubeconfig, withEntry } from '../config/write';
import { plain, throwAll } from '../errors';
import { bool, string } from '../flags/flag';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';
import { local, wrongArguments } from './config-command';

export const currentContext = local(
  'current-context',
  'Display the current-context',
  function* run({ config, output, sys }): Task<number> {
    if (config.currentContext === '') throw plain('current-context is not set');
    output.out(`${config.currentContext}\n`);
    yield* output.flush(sys);
    return 0;
  },
);

export const getContexts = local('get-contexts', 'Describe one or many contexts', runGetContexts, {
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

export const useContext: Command = local(
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

export const setContext = local('set-context', 'Set a context entry in kubeconfig', runSetContext, {
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

export const renameContext: Command = local(
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
