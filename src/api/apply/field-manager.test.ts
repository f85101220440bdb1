import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../patch/json-value';
import { ApplyConflictError, applyConfiguration, trackUpdate } from './field-manager';
import { readFieldsV1 } from './field-set';
import { type MergeType, mergeTypeOf } from './merge-types';
import { compareTyped, fieldsBeyond, mergeTyped, TypedValueError } from './typed-value';

const EMPTY: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {},
  spec: { containers: null },
};
const TYPE = mergeTypeOf('v1', 'Pod') as MergeType;

function pod(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', ...metadata }, spec };
}

function as(name: string, second: number) {
  return { name, now: `2026-01-01T00:00:0${second}Z` };
}

const anyContainer = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    image: fc.constantFrom('nginx', 'busybox'),
    args: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    env: fc.uniqueArray(
      fc.record({ name: fc.constantFrom('A', 'B'), value: fc.constantFrom('1', '2') }),
      { selector: ({ name }) => name, maxLength: 2 },
    ),
  },
  { requiredKeys: ['name'] },
);
const anyPod = fc
  .uniqueArray(anyContainer, { selector: ({ name }) => name, maxLength: 3 })
  .map((containers) => pod({ containers: containers as never }));

describe('comparing', () => {
  it('finds what is new in one go as it does step by step', () => {
    fc.assert(
      fc.property(anyPod, anyPod, (before, after) => {
        const { added, modified } = compareTyped(before, after, TYPE);
        const found = readFieldsV1(fieldsBeyond(before, after, TYPE, undefined));
        expect(found.toFieldsV1()).toEqual(added.union(modified).toFieldsV1());
      }),
    );
  });

  it('takes items that stand twice as a whole', () => {
    const A = (value: string) => ({ name: 'A', value });
    const withEnv = (...env: object[]) => pod({ containers: [{ name: 'c', env }] as never });
    const own = (before: Json, after: Json) => {
      const { added, modified, removed } = compareTyped(before, after, TYPE);
      return [added.union(modified).toFieldsV1(), removed.toFieldsV1()];
    };
    const item = (fields: object) => ({
      'f:spec': {
        'f:containers': { 'k:{"name":"c"}': { 'f:env': { 'k:{"name":"A"}': fields } } },
      },
    });
    const [once, twice] = [withEnv(A('1')), withEnv(A('1'), A('2'))];
    expect(own(once, twice)[0]).toEqual(item({}));
    expect(own(twice, twice)).toEqual([{}, {}]);
    expect(own(twice, once)).toEqual([item({ '.': {}, 'f:name': {}, 'f:value': {} }), item({})]);
    expect(fieldsBeyond(once, twice, TYPE, undefined)).toEqual(item({}));
  });

  it('finds nothing new after merging the same again', () => {
    fc.assert(
      fc.property(anyPod, anyPod, (live, applied) => {
        const merged = mergeTyped(live, applied, TYPE) ?? null;
        expect(mergeTyped(merged, applied, TYPE)).toEqual(merged);
      }),
    );
  });
});

describe('managers of fields', () => {
  it('are told apart by name and operation; what an update takes, others lose', () => {
    const config = pod({ containers: [{ name: 'a', image: 'nginx' }] });
    const applied = applyConfiguration(EMPTY, EMPTY, config, as('alice', 1), false);
    const live = {
      ...applied.object,
      metadata: { name: 'x', managedFields: applied.managedFields as never },
    };
    const next = pod({ containers: [{ name: 'a', image: 'busybox' }] });
    const entries = trackUpdate(live, EMPTY, next, as('bob', 2));
    expect(entries.map(({ manager, operation, time }) => [manager, operation, time])).toEqual([
      ['alice', 'Apply', '2026-01-01T00:00:01Z'],
      ['bob', 'Update', '2026-01-01T00:00:02Z'],
    ]);
    expect(entries[1]?.fieldsV1).toEqual({
      'f:spec': { 'f:containers': { 'k:{"name":"a"}': { 'f:image': {} } } },
    });
  });

  it('keep what they apply from others, unless they are forced', () => {
    const first = applyConfiguration(
      EMPTY,
      EMPTY,
      pod({ containers: [{ name: 'a', image: 'nginx' }] }),
      as('alice', 1),
      false,
    );
    const live = { ...first.object, metadata: { managedFields: first.managedFields as never } };
    const other = pod({ containers: [{ name: 'a', image: 'busybox' }] });
    const apply = (force: boolean) =>
      applyConfiguration(live, EMPTY, other, as('bob', 2), force).object;
    expect(() => apply(false)).toThrow(ApplyConflictError);
    expect(() => apply(false)).toThrow(
      'Apply failed with 1 conflict: conflict with "alice": .spec.containers[name="a"].image',
    );
    expect(apply(true)).toMatchObject({ spec: { containers: [{ image: 'busybox' }] } });
  });

  it('cannot apply what the kind does not have', () => {
    const odd = pod({ containers: [{ name: 'a', imagee: 'x' }], replicas: 1 });
    expect(() => applyConfiguration(EMPTY, EMPTY, odd, as('a', 1), false)).toThrow(TypedValueError);
    expect(() => applyConfiguration(EMPTY, EMPTY, odd, as('a', 1), false)).toThrow(
      'errors:\n  .spec.containers[name="a"].imagee: field not declared in schema\n  .spec.replicas: field not declared in schema',
    );
  });

  it('beyond ten updates the oldest are put together', () => {
    let live: JsonObject | undefined;
    for (let i = 0; i < 12; i++) {
      const labels = Object.fromEntries(Array.from({ length: i + 1 }, (_, n) => [`l${n}`, '1']));
      const next = pod({ containers: [] }, { labels });
      const manager = { name: `m${i}`, now: `2026-01-01T00:00:${String(i).padStart(2, '0')}Z` };
      const managedFields = trackUpdate(live, EMPTY, next, manager) as never;
      live = { ...next, metadata: { ...(next.metadata as JsonObject), managedFields } };
    }
    const { managedFields: entries } = (live ?? EMPTY).metadata as unknown as {
      managedFields: { manager: string }[];
    };
    expect(entries.map(({ manager }) => manager)).toContain('ancient-changes');
    expect(entries).toHaveLength(10);
  });
});
