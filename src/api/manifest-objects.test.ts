import { describe, expect, it } from 'vitest';
import { readManifestObjects } from './manifest-objects';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';

function errors(text: string): string[] {
  return readManifestObjects(text, 'f.yaml').flatMap((step) =>
    'error' in step ? [step.error] : [],
  );
}

function kinds(text: string): string[] {
  return readManifestObjects(text, 'f.yaml').flatMap((step) =>
    'object' in step ? [step.object.kind] : [],
  );
}

describe('readManifestObjects', () => {
  it('takes lists apart and finds kinds in lower case', () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n';
    expect(kinds(`${list}---\napiVersion: apps/v1\nkind: deployment\n`)).toEqual([
      'Pod',
      'Deployment',
    ]);
    expect(kinds('apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}]\n')).toEqual([
      'Pod',
    ]);
  });

  it('goes on behind a kind that nobody serves', () => {
    const text = `apiVersion: v2\nkind: Pod\nmetadata: {name: b}\n---\n${POD}`;
    expect(kinds(text)).toEqual(['Pod']);
    expect(errors(text)).toEqual([
      'resource mapping not found for name: "b" namespace: "" from "f.yaml": no matches for kind "Pod" in version "v2"\nensure CRDs are installed first',
    ]);
  });

  it('stops at a document that is no object', () => {
    const text = `${POD}---\nkind: Pod\n---\n${POD}`;
    expect(kinds(text)).toEqual(['Pod']);
    expect(errors(text)).toEqual([
      'error validating "f.yaml": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false',
    ]);
  });

  it('keeps the objects before an error of syntax', () => {
    const text = `${POD}---\na: b: c\n`;
    expect(kinds(text)).toEqual(['Pod']);
    expect(errors(text)[0]).toMatch(/^error parsing f\.yaml: error converting YAML to JSON: /);
  });
});
