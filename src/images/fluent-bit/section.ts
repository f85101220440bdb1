import type { Bytes } from '../../runtime/bytes';

/** A section of a configuration: `[INPUT]` with its keys, as written, in order. */
export interface Section {
  /** In lower case. */
  readonly kind: string;
  readonly properties: (readonly [Bytes, Bytes])[];
}

/** The first value of a key, in any case. */
export function property(section: Section, key: string): Bytes | undefined {
  return section.properties.find(([name]) => name.toLowerCase() === key)?.[1];
}

/** Variables that are not set become nothing, as in flb_env_var_translate. */
export function translate(value: Bytes, lookUp: (name: Bytes) => Bytes | undefined): Bytes {
  return value.replace(/\$\{([^}]+)\}/g, (_, name: Bytes) => lookUp(name) ?? '');
}

/** A switch as flb_utils_bool reads it. */
export function isOn(value: Bytes | undefined, absent = false): boolean {
  return value === undefined ? absent : /^(true|on|yes)$/i.test(value);
}

const UNITS: Readonly<Record<string, number>> = { k: 1000, m: 1_000_000, g: 1_000_000_000 };

/** A size such as `5MB`, `32k` or `1024`, in bytes (flb_utils_size_to_bytes); undefined if it is none. */
export function sizeInBytes(value: Bytes | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmg])b?)?$/i.exec(value ?? '');
  if (!match) return undefined;
  return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}

/** A time such as `5`, `1.5`, `500ms`, `2m`, in ms; undefined if it is none. */
export function timeInMs(value: Bytes | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/i.exec(value ?? '');
  if (!match) return undefined;
  const factors: Readonly<Record<string, number>> = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
  };
  return Number(match[1]) * (factors[(match[2] ?? 's').toLowerCase()] ?? 1000);
}
