import type { Bytes } from '../../runtime/bytes';
import {
  isYamlList,
  isYamlMap,
  parseYaml,
  type Yaml,
  YamlError,
  type YamlMap,
} from '../records/yaml';
import type { Section } from './section';

const PIPELINE: readonly (readonly [string, string])[] = [
  ['inputs', 'input'],
  ['filters', 'filter'],
  ['outputs', 'output'],
];

/** The sections of a configuration in the YAML format, or what is wrong with it. */
export function parseYamlConfig(text: Bytes): Section[] | string {
  let root: Yaml;
  try {
    root = parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return error.message;
    throw error;
  }
  if (!isYamlMap(root)) return 'unexpected root type';
  const sections: Section[] = [];
  const service = root.get('service');
  if (isYamlMap(service)) sections.push(section('service', service));
  for (const parser of listOf(root.get('parsers'))) sections.push(section('parser', parser));
  const pipeline = root.get('pipeline');
  for (const [key, kind] of PIPELINE) {
    const plugins = isYamlMap(pipeline) ? pipeline.get(key) : undefined;
    for (const plugin of listOf(plugins)) sections.push(section(kind, plugin));
  }
  return sections;
}

function listOf(value: Yaml | undefined): readonly YamlMap[] {
  return isYamlList(value) ? value.filter(isYamlMap) : [];
}

function section(kind: string, map: YamlMap): Section {
  const properties: (readonly [Bytes, Bytes])[] = [];
  for (const [key, value] of map) {
    const values = isYamlList(value) ? value : [value];
    for (const one of values) if (typeof one === 'string') properties.push([key, one]);
  }
  return { kind, properties };
}
