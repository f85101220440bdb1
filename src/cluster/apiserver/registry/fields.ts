import { badRequestError } from '../../../api/status';
import type { Event, KubeObject, Pod, Service } from '../../../api/types';

type Fields = (object: never) => Readonly<Record<string, string | undefined>>;

/** What `--field-selector` can ask for, beside metadata.name and metadata.namespace. */
const FIELDS: Readonly<Record<string, Fields>> = {
  pods: ({ spec, status }: Pod) => ({
    'spec.nodeName': spec.nodeName,
    'spec.restartPolicy': spec.restartPolicy,
    'spec.schedulerName': spec.schedulerName,
    'spec.serviceAccountName': spec.serviceAccountName,
    'spec.hostNetwork': String(spec.hostNetwork ?? false),
    'status.phase': status?.phase,
    'status.podIP': status?.podIP,
    'status.nominatedNodeName': status?.nominatedNodeName,
  }),
  events: (event: Event) => ({
    'involvedObject.kind': event.involvedObject.kind,
    'involvedObject.namespace': event.involvedObject.namespace,
    'involvedObject.name': event.involvedObject.name,
    'involvedObject.uid': event.involvedObject.uid,
    'involvedObject.apiVersion': event.involvedObject.apiVersion,
    'involvedObject.resourceVersion': event.involvedObject.resourceVersion,
    'involvedObject.fieldPath': event.involvedObject.fieldPath,
    reason: event.reason,
    reportingComponent: event.reportingComponent,
    source: event.source?.component || event.reportingComponent,
    type: event.type,
  }),
  services: ({ spec }: Service) => ({ 'spec.clusterIP': spec?.clusterIP, 'spec.type': spec?.type }),
  nodes: (node: { spec?: { unschedulable?: boolean } }) => ({
    'spec.unschedulable': String(node.spec?.unschedulable ?? false),
  }),
  namespaces: (namespace: { status?: { phase?: string } }) => ({
    'status.phase': namespace.status?.phase,
  }),
  secrets: (secret: { type?: string }) => ({ type: secret.type }),
  'replicasets.apps': (set: { status?: { replicas?: number } }) => ({
    'status.replicas': String(set.status?.replicas ?? 0),
  }),
  replicationcontrollers: (controller: { status?: { replicas?: number } }) => ({
    'status.replicas': String(controller.status?.replicas ?? 0),
  }),
  'jobs.batch': (job: { status?: { succeeded?: number } }) => ({
    'status.successful': String(job.status?.succeeded ?? 0),
  }),
};

/** Kinds whose unknown fields are refused as unsupported labels, as the core API's conversions do. */
function unknownField(resource: string, field: string) {
  if (FIELDS[resource]) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** The fields of an object that a selector can ask for. */
export function fieldsOf(resource: string, object: KubeObject): Record<string, string> {
  const fields: Record<string, string> = {
    'metadata.name': object.metadata.name ?? '',
    'metadata.namespace': object.metadata.namespace ?? '',
  };
  for (const [field, value] of Object.entries(FIELDS[resource]?.(object as never) ?? {})) {
    fields[field] = value ?? '';
  }
  return fields;
}

const EMPTY: KubeObject = { apiVersion: '', kind: '', metadata: {} };

/** Refuses a field that objects of this resource cannot be selected by. */
export function checkField(resource: string, field: string): void {
  if (field === 'metadata.name' || field === 'metadata.namespace') return;
  const sample = { ...EMPTY, spec: {}, status: {}, involvedObject: {} };
  const known = FIELDS[resource]?.(sample as never);
  if (known && field in known) return;
  throw badRequestError(unknownField(resource, field));
}
