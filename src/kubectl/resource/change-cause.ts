import type { JsonObject } from '../../api/patch/json-value';
import type { Invocation } from '../command';

export const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** With --record: the object with the command line in an annotation. Models RecordFlags. */
export function recorded(invocation: Invocation, object: JsonObject): JsonObject {
  const { flags } = invocation;
  if (!flags.find('record') || !flags.bool('record')) return object;
  const metadata = (object.metadata ?? {}) as JsonObject;
  const annotations = { ...(metadata.annotations as JsonObject | undefined) };
  annotations[CHANGE_CAUSE] = commandLine(invocation);
  return { ...object, metadata: { ...metadata, annotations } };
}

/** The command line: words first, then flags. */
function commandLine({ path, args, flags }: Invocation): string {
  const given = flags.given.map(([{ name }, value]) => ` --${name}=${value}`);
  return `${[path, ...args].join(' ')}${given.join('')}`;
}
