import type { JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import { allows, compactRules, ruleRow } from '../access/policy-rules';
import { rulesOf, userOf } from '../access/user';
import type { Command, Invocation } from '../command';
import { plain } from '../errors';
import { ALL_NAMESPACES_FLAG, PRINT_FLAGS } from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { createPrinter } from '../print/formats';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';
import { findResource } from '../resource/mapper';
import { reconcile } from './auth-reconcile';

const canI: Command = {
  name: 'can-i',
  summary: 'Check whether an action is allowed',
  use: 'can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  flags: [
    ALL_NAMESPACES_FLAG,
    bool('list'),
    bool('no-headers'),
    bool('quiet', 'q'),
    string('subresource'),
  ],
  run: runCanI,
};

const whoAmI: Command = {
  name: 'whoami',
  summary: 'Experimental: Check self subject attributes',
  flags: PRINT_FLAGS,
  run: runWhoAmI,
};

export const auth: Command = {
  name: 'auth',
  summary: 'Inspect authorization',
  subcommands: [canI, reconcile, whoAmI],
};

const RESOURCE_VERBS = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'use'],
  ...['bind', 'impersonate', '*', 'approve', 'sign', 'escalate', 'attest'],
];

const PATH_VERBS = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'];

function* runCanI(invocation: Invocation): Task<number> {
  const { args, client, flags, namespace, output } = invocation;
  const everywhere = flags.bool('all-namespaces');
  const rules = () => rulesOf(client, userOf(flags), everywhere ? '' : namespace);
  if (flags.bool('list')) {
    checkList(invocation);
    listRules(invocation, compactRules(rules()));
    return 0;
  }
  const [verb = '', what = ''] = args;
  if (args.length !== 2) {
    throw plain(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const request = what.startsWith('/')
    ? { verb, path: pathToCheck(invocation, verb, what) }
    : { verb, ...resourceToCheck(invocation, verb, what) };
  if (flags.bool('no-headers')) throw plain('--no-headers cannot be set without --list specified');
  const allowed = rules().some((rule) => allows(rule, request));
  if (!flags.bool('quiet')) output.out(allowed ? 'yes\n' : 'no\n');
  return allowed ? 0 : 1;
}

function checkList({ args, flags }: Invocation): void {
  if (args.length > 0) throw plain('list option must be specified with no arguments');
  if (flags.bool('quiet') || flags.bool('all-namespaces') || flags.string('subresource') !== '') {
    throw plain(
      "list option can't be specified with neither quiet, all-namespaces nor subresource options",
    );
  }
}

function listRules({ flags, output }: Invocation, rules: ReturnType<typeof compactRules>): void {
  const writer = new TabWriter(TABLE_TABS);
  if (!flags.bool('no-headers')) {
    writer.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  }
  for (const rule of rules) writer.write(`${ruleRow(rule)}\n`);
  output.out(writer.flush());
}

function pathToCheck({ flags, output }: Invocation, verb: string, path: string): string {
  if (flags.string('subresource') !== '') {
    throw plain('--subresource can not be used with NonResourceURL');
  }
  if (!PATH_VERBS.includes(verb)) output.warn(`verb '${verb}' is not a known verb\n`);
  return path;
}

function resourceToCheck({ client, flags, output }: Invocation, verb: string, what: string) {
  const slash = what.indexOf('/');
  const type = slash < 0 ? what : what.slice(0, slash);
  const name = slash < 0 ? '' : what.slice(slash + 1);
  const info = type === '*' ? undefined : findResource(client, type);
  if (!info && type !== '*') warnOfUnknown(output, type.toLowerCase());
  if (!flags.bool('all-namespaces')) {
    if (info && !info.namespaced) {
      const where = info.group === '' ? '' : ` in group '${info.group}'`;
      output.warn(`resource '${info.plural}' is not namespace scoped${where}\n`);
    }
    if (!RESOURCE_VERBS.includes(verb)) output.warn(`verb '${verb}' is not a known verb\n`);
  }
  const subresource = flags.string('subresource');
  return { group: info?.group ?? '', resource: info?.plural ?? type, subresource, name };
}

function warnOfUnknown(output: Invocation['output'], type: string): void {
  if (type === 'users' || type === 'groups') return;
  const dot = type.indexOf('.');
  const plural = dot < 0 ? type : type.slice(0, dot);
  const where = dot < 0 ? '' : ` in group '${type.slice(dot + 1)}'`;
  output.warn(`the server doesn't have a resource type '${plural}'${where}\n`);
}

function* runWhoAmI(invocation: Invocation): Task<number> {
  const { args, flags, output } = invocation;
  if (args.length > 0) throw plain(`unknown command ${JSON.stringify(args[0])}`);
  const user = userOf(flags);
  const { username, uid, groups } = user;
  const printer = yield* createPrinter(invocation, { typed: true });
  if (printer) {
    const review: JsonObject = {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      status: { userInfo: { username, ...(uid === undefined ? {} : { uid }), groups } },
    };
    output.out(printer(review, 0));
    return 0;
  }
  const writer = new TabWriter(TABLE_TABS);
  writer.write(`ATTRIBUTE\tVALUE\nUsername\t${username}\n`);
  if (uid !== undefined) writer.write(`UID\t${uid}\n`);
  if (groups.length > 0) writer.write(`Groups\t[${groups.join(' ')}]\n`);
  output.out(writer.flush());
  return 0;
}
