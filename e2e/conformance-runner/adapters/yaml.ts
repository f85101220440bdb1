import { isDeepStrictEqual } from 'node:util';
import { readManifestBytes, readManifests } from '../../../src/api/yaml/read-manifests.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';

interface Reading {
  readonly documents: readonly unknown[];
  readonly texts: readonly string[];
  readonly error?: string;
}

function read({ input, inputBase64 }: Case): Reading {
  if (inputBase64 === undefined) return readManifests(String(input));
  return readManifestBytes(Buffer.from(String(inputBase64), 'base64').toString('latin1'));
}

const shown = (documents: readonly unknown[]) =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('');

/** Compares a reading with one expectation; key order does not matter, numbers are exact. */
function compare(actual: Reading, expect: Record<string, unknown>): Outcome {
  const documents = Array.isArray(expect.documents) ? expect.documents : [];
  const texts = Array.isArray(expect.documentsText) ? expect.documentsText.map(String) : undefined;
  const isEqual = isDeepStrictEqual(JSON.parse(JSON.stringify(actual.documents)), documents);
  return outcomeOf([
    isEqual ? undefined : textDifference('documents', shown(documents), shown(actual.documents)),
    texts && textDifference('texts of the documents', texts.join('\n'), actual.texts.join('\n')),
    textDifference('error', String(expect.error ?? ''), actual.error ?? ''),
  ]);
}

/** Table yaml: a file's text as `kubectl create -f` reads it. */
export function yaml(testCase: Case): Outcome {
  const { expect } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  const unknown = Object.keys(expect).filter(
    (key) => !['documents', 'documentsText', 'error', 'orElse'].includes(key),
  );
  if (unknown.length > 0) throw new Error(`unknown expectation ${unknown.join(', ')}`);
  const actual = read(testCase);
  const orElse = Array.isArray(expect.orElse) ? expect.orElse.filter(isRecord) : [];
  const outcomes = [expect, ...orElse].map((expectation) => compare(actual, expectation));
  return outcomes.find(({ pass }) => pass) ?? outcomes[0] ?? { pass: false };
}
