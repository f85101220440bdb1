import type { Command } from '../command';
import { plain } from '../errors';
import { bool, int32, string } from '../flags/flag';
import { type Generator, generatorCommand } from './generator';
import { labelSelectorOf } from './label-selector';
import { resourceList } from './resource-list';

const namespace: Generator = {
  name: 'namespace',
  aliases: ['ns'],
  summary: 'Create a namespace with the specified name',
  flags: [],
  object: (_invocation, name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
};

const quota: Generator = {
  name: 'quota',
  aliases: ['resourcequota'],
  summary: 'Create a quota with the specified name',
  flags: [string('hard'), string('scopes')],
  failure: 'failed to create quota: ',
  object({ flags }, name) {
    const hard = resourceList(flags.string('hard'));
    const text = flags.string('scopes');
    const scopes = text === '' ? [] : text.split(',');
    if (scopes.includes('')) throw plain('invalid resource quota scope ""');
    return {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name },
      spec: { hard, scopes },
    };
  },
};

const disruptionBudget: Generator = {
  name: 'poddisruptionbudget',
  aliases: ['pdb'],
  summary: 'Create a pod disruption budget with the specified name',
  flags: [string('min-available'), string('max-unavailable'), string('selector')],
  failure: 'failed to create poddisruptionbudgets: ',
  check({ flags }) {
    const least = flags.string('min-available');
    const most = flags.string('max-unavailable');
    if (flags.string('selector') === '') throw plain('a selector must be specified');
    if (least === '' && most === '') {
      throw plain('one of min-available or max-unavailable must be specified');
    }
    if (least !== '' && most !== '') {
      throw plain('min-available and max-unavailable cannot be both specified');
    }
    const [flag, value] = least === '' ? ['max-unavailable', most] : ['min-available', least];
    if (!/^\d+%?$/.test(value)) throw plain(`invalid format specified for ${flag}`);
  },
  object({ flags }, name) {
    const least = flags.string('min-available');
    const most = flags.string('max-unavailable');
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: {
        ...(least === ''
          ? { maxUnavailable: intOrText(most) }
          : { minAvailable: intOrText(least) }),
        selector: labelSelectorOf(flags.string('selector')),
      },
    };
  },
};

function intOrText(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

const priorityClass: Generator = {
  name: 'priorityclass',
  aliases: ['pc'],
  summary: 'Create a priority class with the specified name',
  flags: [
    int32('value'),
    bool('global-default'),
    string('description'),
    string('preemption-policy', undefined, { default: 'PreemptLowerPriority' }),
  ],
  failure: 'failed to create priorityclass: ',
  object: ({ flags }, name) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: flags.number('value'),
    ...(flags.bool('global-default') ? { globalDefault: true } : {}),
    ...(flags.string('description') === '' ? {} : { description: flags.string('description') }),
    preemptionPolicy: flags.string('preemption-policy'),
  }),
};

export const POLICY_COMMANDS: readonly Command[] = [
  namespace,
  disruptionBudget,
  priorityClass,
  quota,
].map(generatorCommand);
