import type { ApiClient } from '../../api/client';
import type { KubeObject } from '../../api/types';
import type { FlagValues } from '../flags/flag-values';
import type { PolicyRule } from './policy-rules';

/** authentication.k8s.io/v1 UserInfo. */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

const ADMINS = 'kubeadm:cluster-admins';
const AUTHENTICATED = 'system:authenticated';
const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** Who the requests come from: the kubeconfig's user or the one that --as names. */
export function userOf(flags: FlagValues): User {
  const username = flags.string('as');
  if (username === '') return { username: 'kubernetes-admin', groups: [ADMINS, AUTHENTICATED] };
  const uid = flags.string('as-uid');
  const given = flags.list('as-group');
  const groups = given.length > 0 ? given : groupsOfServiceAccount(username);
  return { username, ...(uid === '' ? {} : { uid }), groups: [...groups, AUTHENTICATED] };
}

function groupsOfServiceAccount(username: string): string[] {
  if (!username.startsWith(SERVICE_ACCOUNT)) return [];
  const [namespace = ''] = username.slice(SERVICE_ACCOUNT.length).split(':');
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** system:basic-user and system:discovery, which every user has. */
const BASIC: readonly PolicyRule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  {
    verbs: ['create'],
    apiGroups: ['authentication.k8s.io'],
    resources: ['selfsubjectreviews'],
  },
  {
    verbs: ['get'],
    nonResourceURLs: [
      ...['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*'],
      ...['/readyz', '/version', '/version/'],
    ],
  },
];

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

type Binding = KubeObject & {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
};

/** The rules that hold for a user; without a namespace those of the whole cluster. */
export function rulesOf(client: ApiClient, user: User, namespace: string): PolicyRule[] {
  const rules = [...BASIC];
  if (user.groups.includes(ADMINS) || user.groups.includes('system:masters')) {
    rules.push(...EVERYTHING);
  }
  for (const binding of bindingsIn(client, namespace)) {
    if (!binding.subjects?.some((subject) => isSubject(user, subject))) continue;
    rules.push(...rulesOfRole(client, binding));
  }
  return rules;
}

function bindingsIn(client: ApiClient, namespace: string): Binding[] {
  const { items } = client.list('clusterrolebindings.rbac.authorization.k8s.io');
  if (namespace === '') return items as Binding[];
  const own = client.list('rolebindings.rbac.authorization.k8s.io', { namespace });
  return [...items, ...own.items] as Binding[];
}

function isSubject({ groups, username }: User, { kind, name, namespace }: Subject): boolean {
  if (kind === 'User') return name === username;
  if (kind === 'Group') return groups.includes(name);
  return username === `${SERVICE_ACCOUNT}${namespace}:${name}`;
}

function rulesOfRole(client: ApiClient, { metadata, roleRef }: Binding): readonly PolicyRule[] {
  const ofCluster = roleRef.kind === 'ClusterRole';
  const { items } = client.list(
    `${ofCluster ? 'clusterroles' : 'roles'}.rbac.authorization.k8s.io`,
    ofCluster ? {} : { namespace: metadata.namespace },
  );
  const role = items.find((one) => one.metadata.name === roleRef.name);
  if (role) return (role as KubeObject & { rules?: readonly PolicyRule[] }).rules ?? [];
  return ofCluster && roleRef.name === 'cluster-admin' ? EVERYTHING : [];
}
