import { equalJson, type Json, type JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { SELECTOR_FLAG } from '../flags/common-flags';
import { stringArray } from '../flags/flag';
import type { Found } from '../resource/builder';
import { dryRunOf, resultPrinter } from '../write-options';
import { checkLocal, objectsToSet, SET_FLAGS, setAll } from './change';

export const setSubject: Command = {
  name: 'subject',
  summary: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags: [
    ...SET_FLAGS.filter(({ name }) => name !== 'record'),
    SELECTOR_FLAG,
    stringArray('user'),
    stringArray('group'),
    stringArray('serviceaccount'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const found = yield* objectsToSet(invocation, args);
  checkLocal(invocation, dryRun);
  const wanted = subjectsOf(invocation, found);
  const errors: unknown[] = [];
  setAll(invocation, found, {
    dryRun,
    print,
    operation: 'subjects updated',
    failure: 'failed to patch subjects to rolebinding: ',
    errors,
    change(object) {
      if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding') {
        throw plain('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
      }
      const before = (object.subjects ?? []) as readonly JsonObject[];
      const isNew = (subject: JsonObject) =>
        !before.some((one) => equalJson(one as Json, subject as Json));
      const added = wanted.filter(isNew);
      return added.length === 0 ? undefined : { ...object, subjects: [...before, ...added] };
    },
  });
  throwAll(errors);
  return 0;
}

function subjectsOf({ flags, namespace }: Invocation, found: readonly Found[]): JsonObject[] {
  if (flags.bool('all') && flags.string('selector') !== '') {
    throw plain('cannot set --all and --selector at the same time');
  }
  const listed = (flag: string) => [...new Set(flags.list(flag))].sort();
  const accounts = listed('serviceaccount');
  if (['user', 'group', 'serviceaccount'].every((flag) => flags.list(flag).length === 0)) {
    throw plain('you must specify at least one value of user, group or serviceaccount');
  }
  const named = (kind: string) => (name: string) => ({
    kind,
    apiGroup: 'rbac.authorization.k8s.io',
    name,
  });
  return [
    ...listed('user').map(named('User')),
    ...listed('group').map(named('Group')),
    ...accounts.map((account) => {
      const [space = '', name = '', ...more] = account.split(':');
      if (name === '' || more.length > 0) {
        throw plain('serviceaccount must be <namespace>:<name>');
      }
      if (space === '' && found.some(({ info }) => !info.namespaced)) {
        throw plain('serviceaccount must be <namespace>:<name>, namespace must be specified');
      }
      return { kind: 'ServiceAccount', name, namespace: space || namespace };
    }),
  ];
}
