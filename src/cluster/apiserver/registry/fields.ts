import { badRequestError } from '../../../api/status';
import type { Event, KubeObject, Pod, Service } from '../../../api/types';

type Field = (object: never) => string | undefined;

/** What `--field-selector` can ask for, beside metadata.name and metadata.namespace. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  pods: {
    'spec.nodeName': ({ spec }: Pod) => spec.nodeName,
    'spec.restartPolicy': ({ spec }: Pod) => spec.restartPolicy,
    'spec.schedulerName': ({ spec }: Pod) => spec.schedulerName,
    'spec.serviceAccountName': ({ spec }: Pod) => spec.serviceAccountName,
    'spec.hostNetwork': ({ spec }: Pod) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }: Pod) => status?.phase,
    'status.podIP': ({ status }: Pod) => status?.podIP,
    'status.nominatedNodeName': ({ status }: Pod) => status?.nominatedNodeName,
  },
  events: {
    'involvedObject.kind': ({ involvedObject }: Event) => involvedObject.kind,
    'involvedObject.namespace': ({ involvedObject }: Event) => involvedObject.namespace,
    'involvedObject.name': ({ involvedObject }: Event) => involvedObject.name,
    'involvedObject.uid': ({ involvedObject }: Event) => involvedObject.uid,
    'involvedObject.apiVersion': ({ involvedObject }: Event) => involvedObject.apiVersion,
    'involvedObject.resourceVersion': ({ involvedObject }: Event) => involvedObject.resourceVersion,
    'involvedObject.fieldPath': ({ involvedObject }: Event) => involvedObject.fieldPath,
    reason: ({ reason }: Event) => reason,
    reportingComponent: ({ reportingComponent }: Event) => reportingComponent,
    source: ({ source, reportingComponent }: Event) => source?.component || reportingComponent,
    type: ({ type }: Event) => type,
  },
  services: {
    'spec.clusterIP': ({ spec }: Service) => spec?.clusterIP,
    'spec.type': ({ spec }: Service) => spec?.type,
  },
  nodes: {
    'spec.unschedulable': (node: { spec?: { unschedulable?: boolean } }) =>
      String(node.spec?.unschedulable ?? false),
  },
  namespaces: {
    'status.phase': (namespace: { status?: { phase?: string } }) => namespace.status?.phase,
  },
  secrets: { type: (secret: { type?: string }) => secret.type },
  'replicasets.apps': {
    'status.replicas': (set: { status?: { replicas?: number } }) =>
      String(set.status?.replicas ?? 0),
  },
  replicationcontrollers: {
    'status.replicas': (controller: { status?: { replicas?: number } }) =>
      String(controller.status?.replicas ?? 0),
  },
  'jobs.batch': {
    'status.successful': (job: { status?: { succeeded?: number } }) =>
      String(job.status?.succeeded ?? 0),
  },
};

/** Kinds whose unknown fields are refused as unsupported labels, as the core API's conversions do. */
function unknownField(resource: string, field: string) {
  if (FIELDS[resource]) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** Reads a field that a selector can ask for; one that an object lacks counts as empty. */
export function fieldReader(resource: string, field: string): (object: KubeObject) => string {
  if (field === 'metadata.name') return ({ metadata }) => metadata.name ?? '';
  if (field === 'metadata.namespace') return ({ metadata }) => metadata.namespace ?? '';
  const read = FIELDS[resource]?.[field];
  return (object) => read?.(object as never) ?? '';
}

/** Refuses a field that objects of a resource cannot be selected by. Models AddFieldLabelConversionFunc. */
export function checkField(resource: string, field: string): void {
  if (field === 'metadata.name' || field === 'metadata.namespace') return;
  if (Object.hasOwn(FIELDS[resource] ?? {}, field)) return;
  throw badRequestError(unknownField(resource, field));
}
