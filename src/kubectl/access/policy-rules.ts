/** rbac.authorization.k8s.io/v1 PolicyRule. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** One rule for each resource or path, in the order of the rules' texts. Models pkg/util/rbac. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const compacted = new Map<string, PolicyRule>();
  for (const rule of rules.flatMap(brokenDown)) {
    const key = JSON.stringify({ ...rule, verbs: [] });
    const verbs = compacted.get(key)?.verbs ?? [];
    compacted.set(key, { ...rule, verbs: [...new Set([...verbs, ...rule.verbs])] });
  }
  const sorted = [...compacted.values()].map((rule) => ({ rule, text: goText(rule) }));
  sorted.sort((a, b) => (a.text < b.text ? -1 : 1));
  return sorted.map(({ rule }) => rule);
}

/** Rules for one resource, name or path each. */
function brokenDown(rule: PolicyRule): PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const names = resourceNames.length > 0 ? resourceNames.map((name) => [name]) : [undefined];
  const ofResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.map((some) => ({
        verbs,
        apiGroups: [group],
        resources: [resource],
        ...(some ? { resourceNames: some } : {}),
      })),
    ),
  );
  return [...ofResources, ...nonResourceURLs.map((url) => ({ verbs, nonResourceURLs: [url] }))];
}

/** `[get list]`. */
function goList(words: readonly string[] = []): string {
  return `[${words.join(' ')}]`;
}

/** A rule as Go's `%+v` writes it. */
export function goText(rule: PolicyRule): string {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
  return `{Verbs:${goList(verbs)} APIGroups:${goList(apiGroups)} Resources:${goList(resources)} ResourceNames:${goList(resourceNames)} NonResourceURLs:${goList(nonResourceURLs)}}`;
}

/** A row of a table of rules: resource, paths, names and verbs. */
export function ruleRow(rule: PolicyRule): string {
  const { verbs, apiGroups = [], resources = [], resourceNames, nonResourceURLs } = rule;
  const [group = ''] = apiGroups;
  const [plural = ''] = resources;
  const resource = group === '' ? plural : `${plural}.${group}`;
  return [resource, goList(nonResourceURLs), goList(resourceNames), goList(verbs)].join('\t');
}

/** What somebody wants to do. */
export type AccessRequest = { readonly verb: string } & (
  | { readonly path: string }
  | {
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly name: string;
    }
);

/** Whether a rule allows the request. Models RBAC's RuleAllows. */
export function allows(rule: PolicyRule, request: AccessRequest): boolean {
  if (!includes(rule.verbs, request.verb)) return false;
  if ('path' in request) {
    return (rule.nonResourceURLs ?? []).some((url) => matchesPath(url, request.path));
  }
  const { group, name, resource, subresource } = request;
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  const named =
    includes(resources, whole) || (subresource !== '' && resources.includes(`*/${subresource}`));
  return (
    named &&
    includes(apiGroups, group) &&
    (resourceNames.length === 0 || resourceNames.includes(name))
  );
}

function includes(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes('*') || allowed.includes(wanted);
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
