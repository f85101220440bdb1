import type { ExactJson } from '../golang/json';
import { type DocumentsRead, readDocuments } from './documents';
import { decodeUtf8, wellFormed } from './utf8';

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type ManifestsRead = {
  /** The documents before the first error; empty ones are left out. */
  documents: Json[];
  /** The JSON text of each document, exact where a double would not be. */
  texts: string[];
  /** What kubectl prints after `error: error parsing FILE: `. */
  error?: string;
  /** 0-based line at which reading stopped, where it is known. */
  errorLine?: number;
};

/**
 * Reads a file's text as `kubectl create -f` does. Never throws: what is wrong with the text is in
 * `error`, and the documents before it are kept, since kubectl handles each before the next.
 */
export function readManifests(text: string): ManifestsRead {
  return toManifests(readDocuments(text));
}

/** As `readManifests`, for a file's bytes (one per character): UTF-16 has a byte order mark. */
export function readManifestBytes(bytes: string): ManifestsRead {
  return readManifests(decodeFile(bytes));
}

/** Models x/text's BOMOverride: bytes that are no UTF-8 become U+FFFD. */
export function decodeFile(bytes: string): string {
  const codes = Array.from(bytes, (char) => char.charCodeAt(0));
  const little = codes[0] === 0xff && codes[1] === 0xfe;
  if (!little && !(codes[0] === 0xfe && codes[1] === 0xff)) return decodeUtf8(codes);
  let text = '';
  for (let i = 2; i < codes.length; i += 2) {
    const [first, second] = [codes[i] ?? 0, codes[i + 1]];
    if (second === undefined) text += '\ufffd';
    else text += String.fromCharCode(little ? first | (second << 8) : (first << 8) | second);
  }
  return wellFormed(text);
}

function toManifests({ documents, error, errorLine }: DocumentsRead): ManifestsRead {
  const read: ManifestsRead = {
    documents: documents.map((document) => toJson(document.value)),
    texts: documents.map((document) => document.json),
  };
  if (error !== undefined) read.error = error;
  if (errorLine !== undefined) read.errorLine = errorLine;
  return read;
}

function toJson(value: ExactJson): Json {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(toJson);
  for (const [key, member] of Object.entries(value)) {
    const json = toJson(member);
    if (json !== member) value[key] = json;
  }
  return value as Json;
}
