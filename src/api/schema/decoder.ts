import { compareCodePoints } from '../golang/json';
import { goJsonNumber } from '../golang/numbers';
import { goQuote } from '../golang/quote';
import { parseJsonQuantity, QuantityError, quantityText } from '../quantity';
import type { Json } from '../yaml/read-manifests';
import { canonicalBase64, corruptBase64Index, encodeBase64 } from './base64';
import { parseGoTime } from './go-time';
import {
  NEVER_EMPTY,
  OBJECT_META,
  type SchemaField,
  type SchemaType,
  type StructRef,
  type StructSchema,
  structSchema,
} from './schema';

type JsonMap = { [key: string]: Json };

/** What came of decoding: `error` hides what strict decoding found. */
export interface Decoded {
  value: JsonMap;
  /** The first wrong type, or the first value that a type of its own refused. */
  error?: string;
  /** The path of the value that the error is about: `spec.containers[0].image`. */
  errorField?: string;
  /** Fields that the API does not have, as `unknown field "spec.foo"`; at most 100. */
  strictErrors: string[];
}

const MOST_STRICT_ERRORS = 100;

/** A value that its type refuses ends decoding at once. */
class Refused extends Error {}

/**
 * Decodes JSON into a struct: unknown fields are left out, fields stand in the struct's order, null
 * is absent, quantities and times are in their canonical text. Models sigs.k8s.io/json, which reads
 * fields in the order of the text: kubectl sorts them. What is empty is left out, as it is when an object
 * is written; `keepsLabels`: but for labels, which the server shows as they were given.
 */
export function decodeStruct(
  json: JsonMap,
  ref: StructRef,
  extra: readonly SchemaField[] = [],
  keepsLabels = false,
) {
  const decoded = new Decoder(false, keepsLabels).run(json, ref, extra);
  const isFine = decoded.error === undefined && decoded.strictErrors.length === 0;
  return isFine ? decoded : new Decoder(true, keepsLabels).run(json, ref, extra);
}

class Decoder {
  private error: string | undefined;
  private errorField = '';
  /** Path of the value at hand. */
  private at = '';
  private readonly strict: string[] = [];
  /** Struct and fields that lead to the value at hand, for type errors. */
  private struct: string | undefined;
  private readonly fields: string[] = [];

  /** Whether fields are read in their sorted order and errors told, which a first attempt does not need. */
  private readonly inOrder: boolean;

  /** The field that is kept even if it is empty. */
  private readonly kept: SchemaField | undefined;

  constructor(inOrder: boolean, keepsLabels: boolean) {
    this.inOrder = inOrder;
    if (keepsLabels) this.kept = structSchema(OBJECT_META).byName.get('labels');
  }

  run(json: JsonMap, ref: StructRef, extra: readonly SchemaField[]): Decoded {
    let value: JsonMap = {};
    try {
      value = this.structValue(json, ref, '', extra);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { value, error: error.message, errorField: this.at, strictErrors: this.strict };
    }
    return this.error === undefined
      ? { value, strictErrors: this.strict }
      : {
          value,
          error: this.error,
          errorField: this.errorField,
          strictErrors: this.strict,
        };
  }

  private typeError(found: string, go: string): string {
    const where =
      this.struct === undefined && this.fields.length === 0
        ? 'value'
        : `struct field ${this.struct}.${this.fields.join('.')}`;
    return `json: cannot unmarshal ${found} into Go ${where} of type ${go}`;
  }

  private wrongType(json: Json, go: string): void {
    this.fail(this.typeError(jsonKind(json), go));
  }

  /** The first error counts. */
  private fail(error: string): void {
    if (this.error !== undefined) return;
    this.error = error;
    this.errorField = this.at;
  }

  private unknownField(path: string): void {
    const text = `unknown field ${goQuote(path)}`;
    if (this.strict.length < MOST_STRICT_ERRORS && !this.strict.includes(text)) {
      this.strict.push(text);
    }
  }

  /** Undefined stands for the type's zero value. */
  private value(json: Json, type: SchemaType, path: string): Json | undefined {
    this.at = path;
    if (json === null) return type.kind === 'quantity' ? '0' : undefined;
    switch (type.kind) {
      case 'pointer':
        return this.value(json, type.of, path) ?? zeroOf(type.of);
      case 'string':
        return typeof json === 'string' ? json : this.mismatch(json, type);
      case 'bool':
        return typeof json === 'boolean' ? json : this.mismatch(json, type);
      case 'int':
        return this.integer(json, type.go, type.bits);
      case 'bytes':
        return this.bytes(json, type);
      case 'raw':
        return json;
      case 'quantity':
        return this.quantity(json);
      case 'intOrString':
        return typeof json === 'string' ? json : this.strictInteger(json);
      case 'time':
      case 'microTime':
        return this.time(json, type.kind === 'microTime');
      case 'list':
        return this.list(json, type, path);
      case 'map':
        return this.map(json, type, path);
      case 'struct':
        if (!isMap(json)) return this.mismatch(json, type);
        return this.structValue(json, type.struct, path, []);
    }
  }

  private mismatch(json: Json, type: SchemaType): undefined {
    this.wrongType(json, type.go);
    return undefined;
  }

  private integer(json: Json, go: string, bits: 32 | 64): number | undefined {
    if (typeof json !== 'number') {
      this.wrongType(json, go);
      return undefined;
    }
    if (fitsInteger(json, bits)) return json;
    this.fail(this.typeError(`number ${goJsonNumber(json)}`, go));
    return undefined;
  }

  /** An integer inside a type that reads itself: what is wrong ends decoding. */
  private strictInteger(json: Json): number {
    if (typeof json === 'number' && fitsInteger(json, 32)) return json;
    const found = typeof json === 'number' ? `number ${goJsonNumber(json)}` : jsonKind(json);
    throw new Refused(this.typeError(found, 'int32'));
  }

  private bytes(json: Json, type: SchemaType): string | undefined {
    if (Array.isArray(json)) return this.byteList(json);
    if (typeof json !== 'string') return this.mismatch(json, type);
    const corrupt = corruptBase64Index(json);
    if (corrupt === undefined) return canonicalBase64(json);
    this.fail(`illegal base64 data at input byte ${corrupt}`);
    return undefined;
  }

  /** Bytes one by one, which Go reads as well. */
  private byteList(json: readonly Json[]): string {
    const bytes = json.map((item) => {
      if (typeof item === 'number' && Number.isInteger(item) && item >= 0 && item < 256)
        return item;
      const found = typeof item === 'number' ? `number ${goJsonNumber(item)}` : jsonKind(item);
      if (item !== null) this.fail(this.typeError(found, 'uint8'));
      return 0;
    });
    return encodeBase64(String.fromCharCode(...bytes));
  }

  private quantity(json: Json): string {
    try {
      const text = typeof json === 'number' ? goJsonNumber(json) : JSON.stringify(json);
      return quantityText(parseJsonQuantity(text));
    } catch (error) {
      if (!(error instanceof QuantityError)) throw error;
      throw new Refused(error.message);
    }
  }

  private time(json: Json, micro: boolean): string {
    if (typeof json !== 'string') throw new Refused(this.typeError(jsonKind(json), 'string'));
    const parsed = parseGoTime(json, micro);
    if (parsed.error !== undefined) throw new Refused(parsed.error);
    return parsed.text;
  }

  private list(
    json: Json,
    type: SchemaType & { kind: 'pointer' | 'list' | 'map' },
    path: string,
  ): Json | undefined {
    if (!Array.isArray(json)) return this.mismatch(json, type);
    return json.map(
      (item, index) =>
        this.value(item, type.of, this.inOrder ? `${path}[${index}]` : '') ?? zeroOf(type.of),
    );
  }

  private map(
    json: Json,
    type: SchemaType & { kind: 'pointer' | 'list' | 'map' },
    path: string,
  ): Json | undefined {
    if (!isMap(json)) return this.mismatch(json, type);
    const map: JsonMap = {};
    for (const key of sortedKeys(json)) {
      const value = this.value(json[key] as Json, type.of, `${path}.${key}`);
      define(map, key, value ?? zeroOf(type.of));
    }
    return map;
  }

  private structValue(
    json: JsonMap,
    ref: StructRef,
    path: string,
    extra: readonly SchemaField[],
  ): JsonMap {
    const schema = structSchema(ref);
    const own = extra.filter(({ name }) => !schema.byName.has(name));
    if (!this.inOrder) return this.fieldsOf(json, schema, own);
    const fields = own.length > 0 ? [...own, ...schema.fields] : schema.fields;
    const values = new Map<string, Json>();
    const outer = this.struct;
    const depth = this.fields.length;
    for (const key of sortedKeys(json)) {
      const field = schema.byName.get(key) ?? extra.find(({ name }) => name === key);
      const at = path === '' ? key : `${path}.${key}`;
      if (field === undefined) {
        this.unknownField(at);
        continue;
      }
      this.struct = schema.name;
      this.fields.push(...field.embedded, key);
      const value = this.value(json[key] as Json, field.type, at);
      if (value !== undefined) values.set(key, value);
      this.struct = outer;
      this.fields.length = depth;
    }
    return encodeFields(fields, values, this.kept);
  }

  /** As `structValue`: tells that something is wrong, not what and where. `extra` come first. */
  private fieldsOf(json: JsonMap, schema: StructSchema, extra: readonly SchemaField[]): JsonMap {
    const encoded: JsonMap = {};
    const given = this.given(json, schema, extra);
    for (const field of extra) this.encode(encoded, json, field);
    for (const field of given) this.encode(encoded, json, field);
    return encoded;
  }

  /** The fields that are given and those that are always written, in the struct's order: a few of many. */
  private given(
    json: JsonMap,
    { written, byName }: StructSchema,
    extra: readonly SchemaField[],
  ): readonly SchemaField[] {
    const fields = written.slice();
    for (const key in json) {
      const field = byName.get(key);
      if (field === undefined || json[key] === undefined) {
        if (!extra.some(({ name }) => name === key)) this.strict.push('');
      } else if (field.isLeftOut) {
        let at = fields.length;
        for (; at > 0; at--) {
          const before = fields[at - 1] as SchemaField;
          if (before.position < field.position) break;
          fields[at] = before;
        }
        fields[at] = field;
      }
    }
    return fields;
  }

  private encode(encoded: JsonMap, json: JsonMap, field: SchemaField): void {
    const { name, type } = field;
    const given = json[name];
    if (given === undefined) {
      if (!field.isLeftOut) encoded[name] = zeroOf(type);
      return;
    }
    const value = this.value(given, type, '');
    const empty = isOmitted(value, field);
    if (!empty || (field === this.kept && value !== undefined)) {
      encoded[name] = value ?? zeroOf(type);
    }
  }
}

/** Writes fields in their order, without those that are empty, as Go does with omitempty. */
function encodeFields(
  fields: readonly SchemaField[],
  values: Map<string, Json>,
  kept?: SchemaField,
): JsonMap {
  const encoded: JsonMap = {};
  for (const field of fields) {
    const { name, type } = field;
    const given = values.get(name);
    const keeps = field === kept && given !== undefined;
    if (keeps || !isOmitted(given, field)) encoded[name] = given ?? zeroOf(type);
  }
  return encoded;
}

/** Most fields of most structs were not given: they are passed over without making their zero. */
function isOmitted(given: Json | undefined, { type, whenEmpty, isLeftOut }: SchemaField): boolean {
  if (given === undefined) return isLeftOut;
  if (whenEmpty !== 'omit' || type.kind === 'pointer') return false;
  return isEmpty(given, type);
}

/** Lists and maps are empty when nothing is in them. */
function isEmpty(value: Json, type: SchemaType): boolean {
  if (NEVER_EMPTY.has(type.kind)) return false;
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.keys(value).length === 0;
  return value === null || value === '' || value === 0 || value === false;
}

/** What Go's JSON has for a value that was never set. */
function zeroOf(type: SchemaType): Json {
  switch (type.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
      return encodeFields(structSchema(type.struct).fields, new Map());
    default:
      return null;
  }
}

function isMap(json: Json): json is JsonMap {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

const SURROGATE = /[\ud800-\udfff]/;

function sortedKeys(json: JsonMap): string[] {
  const keys = Object.keys(json);
  // Without surrogates the order of code points is that of strings.
  return keys.some((key) => SURROGATE.test(key)) ? keys.sort(compareCodePoints) : keys.sort();
}

function define(map: JsonMap, key: string, value: Json): void {
  if (key !== '__proto__') {
    map[key] = value;
    return;
  }
  const property = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(map, key, property);
}

function jsonKind(json: Json): string {
  if (Array.isArray(json)) return 'array';
  return { boolean: 'bool', object: 'object' }[typeof json as string] ?? typeof json;
}

function fitsInteger(value: number, bits: 32 | 64): boolean {
  const limit = 2 ** (bits - 1);
  // A double of 2^63 or more prints digits that no 64-bit integer has.
  return Number.isInteger(value) && value >= -limit && value < limit && Math.abs(value) < 1e21;
}
