import type { ApiClient } from '../../api/client';
import { type ManifestObject, readManifestObjects } from '../../api/manifest-objects';
import { ApiError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import {
  type DocumentPositions,
  findPosition,
  manifestPositions,
} from '../../api/yaml/manifest-positions';
import { MANIFEST_FILE } from '../apply-manifests';
import type { Remark } from '../simulator-api';
import { remarkOnImages } from './image-remarks';
import { remarkOnJobs } from './job-remarks';
import { remarkOnLimitedFields, remarkOnLimitedKind } from './limitation-remarks';
import { remarkOnMounts } from './mount-remarks';
import { remarkOnPorts } from './port-remarks';
import { remarkOnReferences, remarkOnService } from './reference-remarks';
import { type Finding, podTextOf, type Surroundings } from './remark';
import { remarkOnScripts } from './script-remarks';
import { remarkOnVolumes } from './volume-remarks';

/** Longer texts (characters) are not looked at: it would make the verdict wait for half a second. */
const LONGEST_TEXT = 100_000;

/**
 * What is worth knowing about a text that the API server would take. `refused` tells the documents that it
 * would not: of those only its own words count.
 */
export function remarksOn(
  client: ApiClient,
  text: string,
  refused: ReadonlySet<number | undefined>,
): Remark[] {
  if (text.length > LONGEST_TEXT) return [];
  const objects = readManifestObjects(text, MANIFEST_FILE).flatMap((step) =>
    'object' in step && !refused.has(step.object.index) ? [step.object] : [],
  );
  const around = surroundings(client, objects.map(asObject));
  const found = objects.flatMap((object) =>
    findingsOn(asObject(object), around).map((finding) => ({ ...finding, index: object.index })),
  );
  if (found.length === 0) return [];
  const positions = manifestPositions(text);
  const repaired = new Set<string>();
  return found.map((finding) => {
    const key = `${finding.index} ${finding.repair?.label}`;
    const isOffered = repaired.has(key);
    repaired.add(key);
    return toRemark(finding, positions[finding.index], text, !isOffered);
  });
}

function findingsOn(object: KubeObject, around: Surroundings): Finding[] {
  const pod = podTextOf(object);
  if (!pod) return [...remarkOnService(object, around), ...remarkOnLimitedKind(object)];
  // What keeps the pod from starting comes first: the page shows the first one at once.
  return [
    ...remarkOnScripts(pod),
    ...remarkOnReferences(pod, around),
    ...remarkOnPorts(pod),
    ...remarkOnVolumes(pod),
    ...remarkOnMounts(pod),
    ...remarkOnJobs(pod),
    ...remarkOnImages(pod),
    ...remarkOnLimitedFields(pod),
  ];
}

/** The API server has taken the document: it has the shape of its kind, though without defaults. */
function asObject({ document, kind }: ManifestObject): KubeObject {
  return { ...(document as unknown as KubeObject), kind };
}

/** A repair mends its whole document: it is offered once. */
function toRemark(
  { path, message, repair, limitation }: Finding,
  document: DocumentPositions | undefined,
  text: string,
  offersRepair: boolean,
): Remark {
  const said = { message, ...(limitation === undefined ? {} : { limitation }) };
  if (!document) return said;
  const range = findPosition(document, path);
  if (!repair || !offersRepair) return { ...said, ...range };
  const lines = text.split('\n');
  const { line, endLine } = document.range;
  const changed = repair.apply(lines.slice(line - 1, endLine).join('\n'));
  const whole = [...lines.slice(0, line - 1), changed, ...lines.slice(endLine)].join('\n');
  return { ...said, ...range, repair: { label: repair.label, text: whole } };
}

const RESOURCES: Readonly<Record<string, string>> = { ConfigMap: 'configmaps', Secret: 'secrets' };

function surroundings(client: ApiClient, objects: readonly KubeObject[]): Surroundings {
  return {
    exists: (kind, namespace, name) =>
      objects.some(
        ({ kind: is, metadata }) =>
          is === kind && metadata.name === name && (metadata.namespace ?? 'default') === namespace,
      ) || isStored(client, RESOURCES[kind] ?? '', namespace, name),
    podLabels: (namespace) => [
      ...objects.flatMap((object) => {
        const pod = podTextOf(object);
        return pod && pod.namespace === namespace ? [pod.labels] : [];
      }),
      ...client.list('pods', { namespace }).items.map(({ metadata }) => metadata.labels ?? {}),
    ],
  };
}

function isStored(client: ApiClient, resource: string, namespace: string, name: string): boolean {
  try {
    client.get(resource, namespace, name);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return false;
  }
}
