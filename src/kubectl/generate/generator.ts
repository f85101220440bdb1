import { LAST_APPLIED } from '../../api/apply/last-applied';
import { decodeObject } from '../../api/decode';
import { goJson } from '../../api/golang/json';
import type { JsonObject } from '../../api/patch/json-value';
import { ApiError } from '../../api/status';
import type { Json } from '../../api/yaml/read-manifests';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { plain, usage } from '../errors';
import {
  DRY_RUN_FLAG,
  fieldManagerFlag,
  PRINT_FLAGS,
  SAVE_CONFIG_FLAG,
  VALIDATE_FLAG,
} from '../flags/common-flags';
import type { Flag } from '../flags/flag';
import { resourceOfKind } from '../resource/mapper';
import { dryRunOf, fieldValidationOf, resultPrinter, writeOptions } from '../write-options';

/** What makes an object of one kind from flags: a subcommand of `kubectl create`. */
export interface Generator {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** What goes before the server's answer when it refuses: `failed to create deployment: `. */
  readonly failure?: string;
  /** Words behind `--` are a command for the container. */
  readonly takesCommand?: boolean;
  /** --save-config is taken and nothing done about it. */
  readonly ignoresSaveConfig?: boolean;
  /** Throws when the flags do not go together. */
  check?(invocation: Invocation): void;
  /** The object; a generator where it takes files or the server's objects to make it. */
  object(invocation: Invocation, name: string): JsonObject | Call<JsonObject>;
}

const FLAGS: readonly Flag[] = [
  ...PRINT_FLAGS,
  SAVE_CONFIG_FLAG,
  VALIDATE_FLAG,
  DRY_RUN_FLAG,
  fieldManagerFlag('kubectl-create'),
];

export function generatorCommand(generator: Generator): Command {
  const { name, summary, flags, aliases = [] } = generator;
  return {
    name,
    aliases,
    summary,
    flags: [...flags, ...FLAGS],
    run: (invocation) => generate(generator, invocation),
  };
}

function* generate(generator: Generator, invocation: Invocation): Task<number> {
  const name = nameArgument(invocation);
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const fieldValidation = fieldValidationOf(invocation);
  generator.check?.(invocation);
  const made = generator.object(invocation, name);
  const object = inGoOrder(isCall(made) ? yield* made : made);
  const { client } = invocation;
  const info = resourceOfKind(client, String(object.apiVersion), String(object.kind));
  if (!info) throw plain(`no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
  const placed =
    invocation.namespaceGiven && info.namespaced ? inNamespace(object, invocation) : object;
  const saves = invocation.flags.bool('save-config') && !generator.ignoresSaveConfig;
  const wanted = saves ? withTypedLastApplied(placed) : placed;
  if (dryRun === 'client') {
    print(info, wanted, 'created');
    return 0;
  }
  const namespace = info.namespaced ? invocation.namespace : undefined;
  const options = writeOptions(invocation, dryRun, fieldValidation);
  try {
    print(info, client.create(info.resource, namespace, wanted, options), 'created');
  } catch (error) {
    if (!(error instanceof ApiError) || generator.failure === undefined) throw error;
    throw plain(`${generator.failure}${error.message}`);
  }
  return 0;
}

function isCall(made: JsonObject | Call<JsonObject>): made is Call<JsonObject> {
  return Symbol.iterator in made;
}

/** The one NAME of the command line; words behind `--` do not count. */
export function nameArgument({ args, dash, path }: Invocation): string {
  const count = dash < 0 ? args.length : dash;
  if (count !== 1) throw usage(path, `exactly one NAME is required, got ${count}`);
  return args[0] as string;
}

/** The object with the fields that its Go type always has, in the type's order. */
export function inGoOrder(object: JsonObject): JsonObject {
  const decoded = decodeObject(object as Json);
  if (!decoded.object) throw plain(decoded.error ?? '');
  return decoded.object as unknown as JsonObject;
}

function inNamespace(object: JsonObject, { namespace }: Invocation): JsonObject {
  return inGoOrder({ ...object, metadata: { ...(object.metadata as JsonObject), namespace } });
}

/** The object with itself in the annotation that `apply` looks at. */
export function withTypedLastApplied(object: JsonObject): JsonObject {
  const metadata = object.metadata as JsonObject;
  const annotations = { ...(metadata.annotations as JsonObject) };
  annotations[LAST_APPLIED] = `${goJson(object as never, true)}\n`;
  return inGoOrder({ ...object, metadata: { ...metadata, annotations } });
}
