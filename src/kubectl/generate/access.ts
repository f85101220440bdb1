import type { JsonObject } from '../../api/patch/json-value';
import type { Command, Invocation } from '../command';
import { KubectlError, plain } from '../errors';
import { string, stringArray, stringSlice } from '../flags/flag';
import { findResource } from '../resource/mapper';
import { type Generator, generatorCommand } from './generator';

const RBAC = 'rbac.authorization.k8s.io';
const RBAC_VERSION = `${RBAC}/v1`;

const RESOURCE_VERBS = new Set(
  '* get delete list create update patch watch proxy deletecollection use bind escalate impersonate'.split(
    ' ',
  ),
);
const URL_VERBS = new Set('* get post put delete patch head options'.split(' '));

/** Verbs that mean something for a few resources only: `resource.group`. */
const SPECIAL_VERBS: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  escalate: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  impersonate: ['users', 'serviceaccounts', 'groups', 'userextras.authentication.k8s.io'],
};

interface RuleResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** The server does not know it. */
  readonly unknown: boolean;
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}

function verbsOf({ flags }: Invocation): string[] {
  const verbs = unique(flags.list('verb'));
  return verbs.includes('*') ? ['*'] : verbs;
}

function resourcesOf({ client, flags }: Invocation): RuleResource[] {
  const found: RuleResource[] = [];
  for (const text of flags.list('resource')) {
    const [words = '', subresource = ''] = splitOnce(text, '/');
    const [word = '', group = ''] = splitOnce(words, '.');
    if (text === '*') return [{ group: '', resource: '*', subresource: '', unknown: false }];
    const info = word === '*' ? undefined : findResource(client, words);
    found.push({
      group: info?.group ?? group,
      resource: info?.plural ?? word,
      subresource,
      unknown: !info,
    });
  }
  return found;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function checkVerbs({ output }: Invocation, verbs: readonly string[]): void {
  for (const verb of verbs) {
    if (RESOURCE_VERBS.has(verb)) continue;
    output.err(`Warning: '${verb}' is not a standard resource verb\n`);
  }
}

function checkResources(resources: readonly RuleResource[], verbs: readonly string[]): void {
  for (const { resource, group, unknown } of resources) {
    if (resource === '')
      throw plain('resource must be specified if apiGroup/subresource specified');
    if (resource === '*') return;
    const name = group === '' ? resource : `${resource}.${group}`;
    const special = verbs.filter((verb) => SPECIAL_VERBS[verb]);
    for (const verb of special) {
      if (SPECIAL_VERBS[verb]?.includes(name)) continue;
      throw plain(`can not perform '${verb}' on '${resource}' in group '${group}'`);
    }
    if (unknown && special.length === 0) {
      throw new KubectlError(`the server doesn't have a resource type "${name}"`);
    }
  }
}

/** One rule for each API group, and one for addresses. */
function rulesOf(invocation: Invocation, urls: readonly string[] = []): JsonObject[] {
  const verbs = verbsOf(invocation);
  const groups = new Map<string, string[]>();
  for (const { group, resource, subresource } of resourcesOf(invocation)) {
    const full = subresource === '' ? resource : `${resource}/${subresource}`;
    const names = groups.get(group) ?? [];
    if (!names.includes(full)) names.push(full);
    groups.set(group, names);
  }
  const resourceNames = unique(invocation.flags.list('resource-name'));
  const rules: JsonObject[] = [...groups.keys()].sort().map((group) => ({
    verbs,
    apiGroups: [group],
    resources: groups.get(group) ?? [],
    ...(resourceNames.length > 0 ? { resourceNames } : {}),
  }));
  if (urls.length > 0) rules.push({ verbs, nonResourceURLs: [...urls] });
  return rules;
}

const RULE_FLAGS = [stringSlice('verb'), stringSlice('resource'), stringArray('resource-name')];

const role: Generator = {
  name: 'role',
  summary: 'Create a role with single rule',
  flags: RULE_FLAGS,
  check(invocation) {
    const verbs = verbsOf(invocation);
    if (verbs.length === 0) throw plain('at least one verb must be specified');
    checkVerbs(invocation, verbs);
    const resources = resourcesOf(invocation);
    if (resources.length === 0) throw plain('at least one resource must be specified');
    checkResources(resources, verbs);
  },
  object(invocation, name) {
    const rules = rulesOf(invocation);
    return { apiVersion: RBAC_VERSION, kind: 'Role', metadata: { name }, rules };
  },
};

const clusterRole: Generator = {
  name: 'clusterrole',
  summary: 'Create a cluster role',
  flags: [...RULE_FLAGS, stringSlice('non-resource-url'), stringSlice('aggregation-rule')],
  check: checkClusterRole,
  object(invocation, name) {
    const selecting = invocation.flags.list('aggregation-rule');
    const base = { apiVersion: RBAC_VERSION, kind: 'ClusterRole', metadata: { name } };
    if (selecting.length === 0) {
      const urls = unique(invocation.flags.list('non-resource-url'));
      return { ...base, rules: rulesOf(invocation, urls) };
    }
    const matchLabels = Object.fromEntries(selecting.map((pair) => splitOnce(pair, '=')));
    return { ...base, rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
  },
};

function checkClusterRole(invocation: Invocation): void {
  const { flags } = invocation;
  const verbs = verbsOf(invocation);
  const resources = resourcesOf(invocation);
  const urls = flags.list('non-resource-url');
  if (flags.list('aggregation-rule').length > 0) {
    const others = [verbs, resources, urls, flags.list('resource-name')];
    if (others.every(({ length }) => length === 0)) return;
    throw plain(
      'aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames',
    );
  }
  if (verbs.length === 0) throw plain('at least one verb must be specified');
  if (resources.length === 0 && urls.length === 0) {
    throw plain('one of resource or nonResourceURL must be specified');
  }
  if (resources.length > 0) {
    checkVerbs(invocation, verbs);
    checkResources(resources, verbs);
  }
  if (urls.length > 0) checkUrls(urls, verbs);
}

function checkUrls(urls: readonly string[], verbs: readonly string[]): void {
  const odd = verbs.find((verb) => !URL_VERBS.has(verb));
  if (odd !== undefined) throw plain(`invalid verb: '${odd}' for nonResourceURL`);
  for (const url of urls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) throw plain('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*')) {
      throw plain("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
  }
}

const SUBJECT_FLAGS = [stringArray('user'), stringArray('group'), stringArray('serviceaccount')];

function subjectsOf({ flags }: Invocation): JsonObject[] {
  const named = (kind: string) => (name: string) => ({ kind, apiGroup: RBAC, name });
  return [
    ...flags.list('user').map(named('User')),
    ...flags.list('group').map(named('Group')),
    ...flags.list('serviceaccount').map((account) => {
      const [namespace = '', name = '', ...more] = account.split(':');
      if (namespace === '' || name === '' || more.length > 0) {
        throw plain('serviceaccount must be <namespace>:<name>');
      }
      return { kind: 'ServiceAccount', namespace, name };
    }),
  ];
}

function binding(
  invocation: Invocation,
  kind: string,
  name: string,
  roleKind: string,
  roleName: string,
): JsonObject {
  const subjects = subjectsOf(invocation);
  return {
    apiVersion: RBAC_VERSION,
    kind,
    metadata: { name },
    ...(subjects.length > 0 ? { subjects } : {}),
    roleRef: { apiGroup: RBAC, kind: roleKind, name: roleName },
  };
}

const roleBinding: Generator = {
  name: 'rolebinding',
  summary: 'Create a role binding for a particular role or cluster role',
  flags: [string('clusterrole'), string('role'), ...SUBJECT_FLAGS],
  failure: 'failed to create rolebinding: ',
  check({ flags }) {
    if ((flags.string('clusterrole') === '') !== (flags.string('role') === '')) return;
    throw plain('exactly one of clusterrole or role must be specified');
  },
  object(invocation, name) {
    const { flags } = invocation;
    const own = flags.string('role');
    return own === ''
      ? binding(invocation, 'RoleBinding', name, 'ClusterRole', flags.string('clusterrole'))
      : binding(invocation, 'RoleBinding', name, 'Role', own);
  },
};

const clusterRoleBinding: Generator = {
  name: 'clusterrolebinding',
  summary: 'Create a cluster role binding for a particular cluster role',
  flags: [string('clusterrole', undefined, { required: true }), ...SUBJECT_FLAGS],
  failure: 'failed to create clusterrolebinding: ',
  object(invocation, name) {
    const clusterrole = invocation.flags.string('clusterrole');
    return binding(invocation, 'ClusterRoleBinding', name, 'ClusterRole', clusterrole);
  },
};

const serviceAccount: Generator = {
  name: 'serviceaccount',
  aliases: ['sa'],
  summary: 'Create a service account with the specified name',
  flags: [],
  failure: 'failed to create serviceaccount: ',
  object(_invocation, name) {
    return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
  },
};

export const ACCESS_COMMANDS: readonly Command[] = [
  clusterRole,
  clusterRoleBinding,
  role,
  roleBinding,
  serviceAccount,
].map(generatorCommand);
