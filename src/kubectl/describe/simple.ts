import { isList, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import type { ConfigMap, KubeObject, Namespace, Secret, ServiceAccount } from '../../api/types';
import type { Describer } from './describer';
import { finish } from './events';
import {
  describeLimitRows,
  describeQuotaRows,
  type LimitRange,
  type ResourceQuota,
} from './quotas';
import { DescriptionWriter, describeAnnotations, describeLabels, goText } from './writer';

function head(object: KubeObject, options: { namespaced: boolean }): DescriptionWriter {
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', object.metadata.name ?? '');
  if (options.namespaced) writer.field(0, 'Namespace', object.metadata.namespace ?? '');
  describeLabels(writer, 'Labels', object.metadata.labels);
  describeAnnotations(writer, 'Annotations', object.metadata.annotations);
  return writer;
}

export const describeConfigMap: Describer = (object, describing) => {
  const { data = {}, binaryData = {} } = object as ConfigMap;
  const writer = head(object, { namespaced: true });
  writer.line(0, '\nData\n====');
  for (const key of Object.keys(data).sort()) {
    writer.line(0, `${key}:\n----`);
    writer.line(0, data[key] ?? '');
    writer.line(0, '');
  }
  writer.line(0, '\nBinaryData\n====');
  for (const key of Object.keys(binaryData).sort()) {
    writer.line(0, `${key}: ${base64Length(binaryData[key] ?? '')} bytes`);
  }
  writer.line(0, '');
  return finish(writer, describing);
};

/** How many bytes a base64 text stands for. */
function base64Length(text: string): number {
  return Math.floor((text.replace(/=+$/, '').length * 3) / 4);
}

export const describeSecret: Describer = (object) => {
  const { data = {}, type } = object as Secret;
  const writer = head(object, { namespaced: true });
  writer.line(0, `\nType:\t${type ?? ''}`);
  writer.line(0, '\nData\n====');
  for (const key of Object.keys(data).sort()) {
    writer.line(0, `${key}:\t${base64Length(data[key] ?? '')} bytes`);
  }
  return writer;
};

export const describeServiceAccount: Describer = (object, describing) => {
  const { imagePullSecrets = [] } = object as ServiceAccount;
  const writer = head(object, { namespaced: true });
  if (imagePullSecrets.length === 0) writer.field(0, 'Image pull secrets', '<none>');
  imagePullSecrets.forEach(({ name }, i) => {
    writer.line(0, `${i === 0 ? 'Image pull secrets:' : ''}\t${name}`);
  });
  return finish(writer, describing);
};

export const describeNamespace: Describer = (object, { invocation }) => {
  const { metadata, status } = object as Namespace;
  const { client } = invocation;
  const writer = head(object, { namespaced: false });
  writer.field(0, 'Status', status?.phase ?? '');
  const namespace = metadata.name ?? '';
  writer.line(0, '');
  const quotas = client.list('resourcequotas', { namespace }).items as unknown as ResourceQuota[];
  if (quotas.length === 0) writer.line(0, 'No resource quota.');
  else writer.line(0, 'Resource Quotas');
  for (const quota of quotas) {
    writer.field(1, 'Name', quota.metadata.name);
    describeQuotaRows(writer, quota, 1, '---');
  }
  writer.line(0, '');
  const limits = client.list('limitranges', { namespace }).items as unknown as LimitRange[];
  if (limits.length === 0) {
    writer.line(0, 'No LimitRange resource.');
  } else {
    writer.line(0, 'Resource Limits');
    describeLimitRows(writer, limits, ' ');
  }
  return writer;
};

/** Kinds without a description of their own: all fields, with readable names. */
export const describeGeneric: Describer = (object, describing) => {
  const writer = head(object, { namespaced: true });
  const content = object as unknown as JsonObject;
  describeContent(writer, 0, content, '');
  return finish(writer, describing);
};

const SKIPPED = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);

function describeContent(
  writer: DescriptionWriter,
  level: number,
  content: JsonObject,
  prefix: string,
): void {
  for (const field of Object.keys(content).sort()) {
    const value = content[field] as Json;
    const path = `${prefix}.${field}`;
    if (SKIPPED.has(path)) continue;
    const label = readableName(field);
    if (isObject(value)) {
      writer.line(level, `${label}:`);
      describeContent(writer, level + 1, value, path);
    } else if (isList(value)) {
      writer.line(level, `${label}:`);
      for (const child of value) {
        if (isObject(child)) describeContent(writer, level + 1, child, path);
        else writer.line(level + 1, goText(child));
      }
    } else {
      writer.field(level, label, goText(value));
    }
  }
}

const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** `creationTimestamp` → `Creation Timestamp`. Models smartLabelFor. */
function readableName(field: string): string {
  if (/[^a-zA-Z0-9-]/.test(field)) return field;
  const parts = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|-+/g) ?? [field];
  return parts
    .map((part) => {
      const upper = part.toUpperCase();
      return ACRONYMS.has(upper) ? upper : part.charAt(0).toUpperCase() + part.slice(1);
    })
    .join(' ');
}
