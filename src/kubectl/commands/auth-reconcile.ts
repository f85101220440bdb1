import type { ResourceInfo } from '../../api/client';
import { findObject } from '../../api/find-object';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import { allows, compactRules, goText, type PolicyRule } from '../access/policy-rules';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { DRY_RUN_FLAG, FILENAME_FLAGS, PRINT_FLAGS } from '../flags/common-flags';
import { bool } from '../flags/flag';
import { resolveTargets } from '../resource/builder';
import { type DryRun, dryRunOf, resultPrinter, writeOptions } from '../write-options';

export const reconcile: Command = {
  name: 'reconcile',
  summary:
    'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  use: 'reconcile -f FILENAME',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    bool('remove-extra-permissions'),
    bool('remove-extra-subjects'),
  ],
  run,
};

interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

type RbacObject = KubeObject & {
  readonly rules?: readonly PolicyRule[];
  readonly subjects?: readonly Subject[];
};

function* run(invocation: Invocation): Task<number> {
  const { args } = invocation;
  if (args.length > 0) throw plain('no arguments are allowed');
  const dryRun = dryRunOf(invocation);
  if (dryRun === 'server') {
    throw plain('--dry-run=server for command reconcile is not supported yet');
  }
  const { targets, errors } = yield* resolveTargets(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  for (const target of targets) {
    const { info } = target;
    if (target.kind !== 'name' || info.group !== 'rbac.authorization.k8s.io') continue;
    const wanted = target.manifest as unknown as RbacObject;
    const { object, report } = reconciled(invocation, info, target.namespace, wanted, dryRun);
    print(info, object, 'reconciled');
    invocation.output.err(report);
  }
  throwAll(errors);
  return 0;
}

function reconciled(
  invocation: Invocation,
  info: ResourceInfo,
  namespace: string | undefined,
  wanted: RbacObject,
  dryRun: DryRun,
): { readonly object: KubeObject; readonly report: string } {
  const { client } = invocation;
  const options = writeOptions(invocation, dryRun);
  const name = wanted.metadata.name ?? '';
  const existing = findObject(client, info.resource, namespace, name) as RbacObject | undefined;
  if (!existing) {
    const object =
      dryRun === 'none' ? client.create(info.resource, namespace, wanted, options) : wanted;
    return { object, report: reportOf('create', wanted.rules ?? [], wanted.subjects ?? []) };
  }
  const rules = (wanted.rules ?? []).filter((rule) => !covers(existing.rules ?? [], rule));
  const subjects = (wanted.subjects ?? []).filter(
    (one) => !(existing.subjects ?? []).some((other) => sameSubject(one, other)),
  );
  if (rules.length + subjects.length === 0) return { object: existing, report: '' };
  const changed: RbacObject = {
    ...existing,
    ...(wanted.rules ? { rules: [...(existing.rules ?? []), ...rules] } : {}),
    ...(wanted.subjects ? { subjects: [...(existing.subjects ?? []), ...subjects] } : {}),
  };
  const object =
    dryRun === 'none' ? client.update(info.resource, namespace, changed, options) : changed;
  return { object, report: reportOf('update', rules, subjects) };
}

/** Whether rules allow all that another one does. */
function covers(rules: readonly PolicyRule[], rule: PolicyRule): boolean {
  return compactRules([rule]).every(({ verbs, apiGroups, resources, resourceNames, ...rest }) =>
    verbs.every((verb) => {
      const [path] = rest.nonResourceURLs ?? [];
      const [group = ''] = apiGroups ?? [];
      const [resource = ''] = resources ?? [];
      const [name = ''] = resourceNames ?? [];
      const request =
        path === undefined ? { verb, group, resource, subresource: '', name } : { verb, path };
      return rules.some((one) => allows(one, request));
    }),
  );
}

function sameSubject(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}

function reportOf(
  operation: 'create' | 'update',
  rules: readonly PolicyRule[],
  subjects: readonly Subject[],
): string {
  const lines = [`\treconciliation required ${operation}`];
  if (subjects.length > 0) {
    lines.push('\tmissing subjects added:');
    for (const { kind, apiGroup = '', name, namespace = '' } of subjects) {
      lines.push(`\t\t{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`);
    }
  }
  if (rules.length > 0) {
    lines.push('\tmissing rules added:', ...rules.map((rule) => `\t\t${goText(rule)}`));
  }
  return `${lines.join('\n')}\n`;
}
