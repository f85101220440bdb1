import { ageSince } from '../../api/duration';
import { labelSelectorRequirements, selectorText } from '../../api/selectors';
import type { Event, Pod, PodSpec, PodTemplateSpec, Toleration } from '../../api/types';
import { describeContainers, describeResources } from './containers';
import { describeEvents } from './events';
import { describeVolumes } from './volumes';
import { DescriptionWriter, describeAnnotations, describeLabels, longTime } from './writer';

/** Models describePod of pkg/describe/describe.go. `events` undefined: no such part. */
export function describePod(
  pod: Pod,
  events: readonly Event[] | undefined,
  nowMs: number,
): DescriptionWriter {
  const writer = new DescriptionWriter();
  describeIdentity(writer, pod);
  describeStatus(writer, pod, nowMs);
  const { spec, status = {} } = pod;
  if (spec.resources) {
    writer.line(0, 'Resources:');
    describeResources(writer, spec.resources, 1);
  }
  if ((spec.initContainers ?? []).length > 0) {
    describeContainers(
      writer,
      'Init Containers',
      spec.initContainers ?? [],
      status.initContainerStatuses,
      { pod },
    );
  }
  describeContainers(writer, 'Containers', spec.containers, status.containerStatuses, { pod });
  if ((spec.ephemeralContainers ?? []).length > 0) {
    describeContainers(
      writer,
      'Ephemeral Containers',
      spec.ephemeralContainers ?? [],
      status.ephemeralContainerStatuses,
      { pod },
    );
  }
  describeConditions(writer, pod);
  describeVolumes(writer, spec.volumes);
  writer.field(0, 'QoS Class', status.qosClass ?? '');
  describeLabels(writer, 'Node-Selectors', spec.nodeSelector);
  describeTolerations(writer, spec.tolerations);
  describeSpread(writer, spec.topologySpreadConstraints);
  if (events) describeEvents(writer, events, nowMs);
  return writer;
}

function describeIdentity(writer: DescriptionWriter, { metadata, spec, status }: Pod): void {
  writer.field(0, 'Name', metadata.name);
  writer.field(0, 'Namespace', metadata.namespace);
  if (spec.priority !== undefined) writer.field(0, 'Priority', spec.priority);
  if (spec.priorityClassName) writer.field(0, 'Priority Class Name', spec.priorityClassName);
  if (spec.runtimeClassName) writer.field(0, 'Runtime Class Name', spec.runtimeClassName);
  if (spec.serviceAccountName) writer.field(0, 'Service Account', spec.serviceAccountName);
  writer.field(0, 'Node', spec.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>');
  if (status?.startTime) writer.field(0, 'Start Time', longTime(status.startTime));
  describeLabels(writer, 'Labels', metadata.labels);
  describeAnnotations(writer, 'Annotations', metadata.annotations);
}

function describeStatus(writer: DescriptionWriter, pod: Pod, nowMs: number): void {
  const { metadata, spec, status = {} } = pod;
  const ended = status.phase === 'Failed' || status.phase === 'Succeeded';
  if (metadata.deletionTimestamp && !ended) {
    const lasts = ageSince(metadata.deletionTimestamp, nowMs);
    writer.field(0, 'Status', `Terminating (lasts ${lasts})`);
    writer.field(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else {
    writer.field(0, 'Status', status.phase ?? '');
  }
  if (status.reason) writer.field(0, 'Reason', status.reason);
  if (status.message) writer.field(0, 'Message', status.message);
  const profile = spec.securityContext?.seccompProfile;
  if (profile) {
    writer.field(0, 'SeccompProfile', profile.type);
    if (profile.type === 'Localhost') {
      writer.field(0, 'LocalhostProfile', profile.localhostProfile);
    }
  }
  writer.field(0, 'IP', status.podIP ?? '');
  const ips = status.podIPs ?? [];
  if (ips.length === 0) writer.field(0, 'IPs', '<none>');
  else writer.line(0, 'IPs:');
  for (const { ip } of ips) writer.field(1, 'IP', ip);
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) writer.field(0, 'Controlled By', `${owner.kind}/${owner.name}`);
  if (status.nominatedNodeName) writer.field(0, 'NominatedNodeName', status.nominatedNodeName);
}

function describeConditions(writer: DescriptionWriter, { spec, status }: Pod): void {
  const conditions = status?.conditions ?? [];
  if ((spec.readinessGates ?? []).length > 0) {
    writer.line(0, 'Readiness Gates:');
    writer.line(1, 'Type\tStatus');
    for (const { conditionType } of spec.readinessGates ?? []) {
      const found = conditions.find(({ type }) => type === conditionType);
      writer.line(1, `${conditionType} \t${found?.status ?? '<none>'} `);
    }
  }
  if (conditions.length === 0) return;
  writer.line(0, 'Conditions:');
  writer.line(1, 'Type\tStatus');
  for (const { type, status: holds } of conditions) writer.line(1, `${type} \t${holds} `);
}

function tolerationText(toleration: Toleration): string {
  const { key = '', value, effect, operator, tolerationSeconds } = toleration;
  let text = key;
  if (value) text += `=${value}`;
  if (effect) text += `:${effect}`;
  if (operator === 'Exists' && !value) text += key || effect ? ' op=Exists' : 'op=Exists';
  if (tolerationSeconds !== undefined) text += ` for ${tolerationSeconds}s`;
  return text;
}

function describeTolerations(
  writer: DescriptionWriter,
  tolerations: readonly Toleration[] | undefined,
  level = 0,
): void {
  const sorted = [...(tolerations ?? [])].sort((a, b) => {
    const [left, right] = [a.key ?? '', b.key ?? ''];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  if (sorted.length === 0) writer.line(level, 'Tolerations:\t<none>');
  sorted.forEach((toleration, i) => {
    writer.line(level, `${i === 0 ? 'Tolerations:' : ''}\t${tolerationText(toleration)}`);
  });
}

function describeSpread(
  writer: DescriptionWriter,
  constraints: PodSpec['topologySpreadConstraints'],
  level = 0,
): void {
  const sorted = [...(constraints ?? [])].sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1));
  sorted.forEach(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, i) => {
    const selector = labelSelector
      ? ` for selector ${selectorText(labelSelectorRequirements(labelSelector) ?? []) || '<none>'}`
      : '';
    writer.line(
      level,
      `${i === 0 ? 'Topology Spread Constraints:' : ''}\t${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`,
    );
  });
}

/** Models DescribePodTemplate. */
export function describeTemplate(
  writer: DescriptionWriter,
  template: PodTemplateSpec | undefined,
): void {
  writer.line(0, 'Pod Template:');
  const spec = template?.spec;
  if (!template || !spec) {
    writer.line(1, '<unset>');
    return;
  }
  describeLabels(writer, 'Labels', template.metadata?.labels, 1);
  const annotations = template.metadata?.annotations ?? {};
  if (Object.keys(annotations).length > 0) {
    describeAnnotations(writer, 'Annotations', annotations, 1);
  }
  if (spec.serviceAccountName) writer.field(1, 'Service Account', spec.serviceAccountName);
  if ((spec.initContainers ?? []).length > 0) {
    describeContainers(writer, 'Init Containers', spec.initContainers ?? [], undefined, {
      level: 1,
    });
  }
  describeContainers(writer, 'Containers', spec.containers, undefined, { level: 1 });
  describeVolumes(writer, spec.volumes, 1);
  describeSpread(writer, spec.topologySpreadConstraints, 1);
  if (spec.priorityClassName) writer.field(1, 'Priority Class Name', spec.priorityClassName);
  describeLabels(writer, 'Node-Selectors', spec.nodeSelector, 1);
  describeTolerations(writer, spec.tolerations, 1);
}
