import type { IEndpoints, IPersistentVolumeClaim } from 'kubernetes-models/v1';
import type { Pod } from '../../api/types';
import type { Describer } from './describer';
import { describeEvents } from './events';
import { DescriptionWriter, describeAnnotations, describeLabels } from './writer';

/** Models describeEndpoints. */
export const describeEndpoints: Describer = (object) => {
  const { metadata, subsets } = object as unknown as IEndpoints;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.line(0, 'Subsets:');
  for (const { addresses, notReadyAddresses, ports } of subsets ?? []) {
    const text = (list: readonly { readonly ip: string }[] | undefined) =>
      (list ?? []).map(({ ip }) => ip).join(',') || '<none>';
    writer.field(1, 'Addresses', text(addresses));
    writer.field(1, 'NotReadyAddresses', text(notReadyAddresses));
    if (ports && ports.length > 0) {
      writer.line(1, 'Ports:');
      writer.line(2, 'Name\tPort\tProtocol');
      writer.line(2, '----\t----\t--------');
      for (const { name, port, protocol } of ports) {
        writer.line(2, `${name || '<unset>'}\t${port}\t${protocol ?? ''}`);
      }
    }
    writer.line(0, '');
  }
  return writer;
};

const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** Models describePVC. */
export const describeClaim: Describer = (object, { invocation, events, nowMs }) => {
  const { metadata, spec, status } = object as unknown as IPersistentVolumeClaim;
  const writer = new DescriptionWriter();
  const isBound = Boolean(spec?.volumeName);
  writer.field(0, 'Name', metadata?.name);
  writer.field(0, 'Namespace', metadata?.namespace);
  writer.field(0, 'StorageClass', spec?.storageClassName ?? '');
  const phase = metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? '');
  writer.field(0, 'Status', phase);
  writer.field(0, 'Volume', spec?.volumeName ?? '');
  describeLabels(writer, 'Labels', metadata?.labels);
  describeAnnotations(writer, 'Annotations', metadata?.annotations);
  writer.field(0, 'Finalizers', `[${(metadata?.finalizers ?? []).join(' ')}]`);
  const modes = isBound ? (status?.accessModes ?? []) : [];
  writer.field(0, 'Capacity', isBound ? String(status?.capacity?.storage ?? '0') : '');
  writer.field(0, 'Access Modes', modes.map((mode) => ACCESS_MODES[mode] ?? mode).join(','));
  writer.field(0, 'VolumeMode', spec?.volumeMode ?? '');
  const pods = invocation.client.list('pods', { namespace: metadata?.namespace }).items as Pod[];
  const users = pods.filter((pod) =>
    pod.spec.volumes?.some(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata?.name,
    ),
  );
  const [first, ...others] = users.map((pod) => pod.metadata.name);
  writer.field(0, 'Used By', first ?? '<none>');
  for (const name of others) writer.line(0, `\t${name}`);
  if (events) describeEvents(writer, events, nowMs);
  return writer;
};
