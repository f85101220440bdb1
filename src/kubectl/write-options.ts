import type { ResourceInfo, WriteOptions } from '../api/client';
import { decodeObject } from '../api/decode';
import { goQuote } from '../api/golang/quote';
import type { Json } from '../api/patch/json-value';
import type { Call } from '../runtime/syscalls';
import type { Invocation } from './command';
import { plain } from './errors';
import { klogWarning } from './klog';
import { createPrinter, type ObjectPrinter, outputFormat } from './print/formats';
import { kindName } from './resource/mapper';

export type DryRun = 'none' | 'client' | 'server';

/** What --dry-run says. A bare --dry-run and booleans are old ways to say `client`. */
export function dryRunOf(invocation: Invocation): DryRun {
  const { flags, output, sys } = invocation;
  const value = flags.string('dry-run');
  switch (value) {
    case 'none':
    case 'client':
    case 'server':
      return value;
    case 'unchanged':
      output.err(
        klogWarning(
          sys,
          'helpers.go:719',
          '--dry-run is deprecated and can be replaced with --dry-run=client.',
        ),
      );
      return 'client';
    case 'true':
    case 'false': {
      const meant = value === 'true' ? 'client' : 'none';
      output.err(
        klogWarning(
          sys,
          value === 'true' ? 'helpers.go:733' : 'helpers.go:736',
          `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=${meant}.`,
        ),
      );
      return meant;
    }
    default:
      throw plain(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  }
}

/** What --validate says of fields that the server does not know. */
export function fieldValidationOf({
  flags,
}: Invocation): NonNullable<WriteOptions['fieldValidation']> {
  const value = flags.string('validate');
  switch (value) {
    case 'true':
    case 'strict':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'false':
    case 'ignore':
      return 'Ignore';
    default:
      throw plain(
        `invalid - validate option ${goQuote(value)}; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}

/** How a request is sent: tried or for good, and what becomes of the server's warnings. */
export function writeOptions(
  invocation: Invocation,
  dryRun: DryRun,
  fieldValidation: WriteOptions['fieldValidation'] = 'Strict',
): WriteOptions {
  return {
    dryRun: dryRun === 'server',
    fieldValidation,
    onWarning: (text) => invocation.output.warn(text),
  };
}

/** How a command shows an object that it has changed. */
export type ResultPrinter = (info: ResourceInfo, object: unknown, operation: string) => void;

interface ResultPrinterOptions {
  readonly typed?: boolean;
  /** What is wrong with -o shows when there is something to print: the change has been made by then. */
  readonly late?: boolean;
}

/** `pod/web created (dry run)`, or the object in the format that -o asks for. */
export function* resultPrinter(
  invocation: Invocation,
  dryRun: DryRun,
  options: ResultPrinterOptions = {},
): Call<ResultPrinter> {
  const { output } = invocation;
  let printer: ObjectPrinter | undefined;
  let failure: unknown;
  try {
    printer = yield* createPrinter(invocation, options);
  } catch (error) {
    if (!options.late) throw error;
    failure = error;
  }
  const isName = outputFormat(invocation).format === 'name';
  let index = 0;
  return (info, object, operation) => {
    if (failure !== undefined) throw failure;
    const { metadata } = object as { metadata?: { name?: string } };
    const named = kindName(info, metadata?.name ?? '');
    if (isName) output.out(`${named}\n`);
    else if (printer) {
      // A printer that is made late is made anew for each object, and separates none.
      const place = options.late ? 0 : index++;
      output.out(printer(options.typed ? typedOrder(object) : (object as Json), place));
    } else output.out(`${named} ${operation}${dryRunSuffix(dryRun)}\n`);
  };
}

/** The fields in the order of the object's Go type. */
function typedOrder(object: unknown): Json {
  return (decodeObject(object as never).object ?? object) as Json;
}

export function dryRunSuffix(dryRun: DryRun): string {
  if (dryRun === 'none') return '';
  return dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
}
