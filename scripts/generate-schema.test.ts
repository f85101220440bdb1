import { describe, expect, it } from 'vitest';
import { buildSchema, readDeclaration } from './generate-schema.mjs';

const made = `import { IFoo } from "./Foo.js";
/**
 * A thing.
 */
export interface IThing extends TypeMeta {
    "kind": "Thing";
    /**
     * How many.
     */
    "count"?: number;
    "foos": Array<IFoo>;
    "mode"?: "Fast" | "Slow";
    "labels"?: {
        [key: string]: string;
    };
}
`;

describe('readDeclaration', () => {
  it('turns an interface into a closed object schema', () => {
    const { schema, references } = readDeclaration(
      `${process.cwd()}/node_modules/kubernetes-models/v1/Thing.d.ts`,
      made,
    );
    expect(schema).toEqual({
      description: 'A thing.',
      type: 'object',
      required: ['kind', 'foos'],
      additionalProperties: false,
      properties: {
        kind: { type: 'string', enum: ['Thing'] },
        count: { description: 'How many.', type: 'integer' },
        foos: { type: 'array', items: { $ref: '#/definitions/v1.Foo' } },
        mode: { type: 'string', enum: ['Fast', 'Slow'] },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
      },
    });
    expect(references).toHaveLength(1);
  });

  it('says where a declaration stops being what it expects', () => {
    const odd = 'export interface IThing {\n    count: number;\n}\n';
    expect(() => readDeclaration('/x.d.ts', odd)).toThrow(/expected .* at: /);
  });
});

describe('buildSchema', () => {
  const { definitions, oneOf } = buildSchema();

  it('has a definition behind every reference', () => {
    const references = JSON.stringify({ definitions, oneOf }).matchAll(/#\/definitions\/([^"]+)/g);
    const missing = [...references]
      .map(([, name]) => name ?? '')
      .filter((name) => !definitions[name]);
    expect(missing).toEqual([]);
  });

  it('describes every field of a pod', () => {
    for (const name of ['v1.Pod', 'v1.PodSpec', 'v1.Container', 'v1.Probe']) {
      for (const [field, schema] of Object.entries(definitions[name].properties)) {
        expect((schema as { description?: string }).description, `${name}.${field}`).toBeTruthy();
      }
    }
  });

  it('lets a quantity be a fraction and a port only a whole number', () => {
    expect(definitions['resource.Quantity'].type).toEqual(['string', 'number']);
    expect(definitions['v1.ContainerPort'].properties.containerPort.type).toBe('integer');
  });
});
