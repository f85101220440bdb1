import type { CriContainerStatus, RuntimeService } from '../../../runtime/cri';
import { parseImageReference } from '../../../runtime/cri/image-reference';
import type { ContainerRecord, NodeRecords } from './node-records';
import type { RuntimeContainerStatus, RuntimePodStatus } from './runtime-status';
import { terminationMessage } from './termination-message';

/** What the runtime says of a pod at this moment. Models kuberuntime GetPodStatus. */
export function readPodStatus(
  uid: string,
  runtime: RuntimeService,
  records: NodeRecords,
): RuntimePodStatus {
  const sandboxes = records
    .sandboxIds(uid)
    .map((id) => runtime.sandboxStatus(id))
    .filter((status) => status !== undefined);
  const containers: RuntimeContainerStatus[] = [];
  for (const id of records.containerIds(uid)) {
    const record = records.container(id);
    const status = record && runtime.containerStatus(id);
    if (status) containers.push(convert(status, record, runtime));
  }
  const ready = sandboxes[0]?.state === 'ready' ? sandboxes[0] : undefined;
  const hasAddress = ready && !ready.config.hostNetwork && ready.ip !== '';
  return {
    uid,
    ips: hasAddress ? [ready.ip] : [],
    sandboxes,
    containers,
    activeContainers: ready ? containers.filter(({ sandboxId }) => sandboxId === ready.id) : [],
  };
}

function convert(
  status: CriContainerStatus,
  record: ContainerRecord,
  runtime: RuntimeService,
): RuntimeContainerStatus {
  if (record.ended) return record.ended;
  const exited = status.state === 'exited';
  const converted: RuntimeContainerStatus = {
    id: status.id,
    name: status.name,
    state: status.state,
    sandboxId: status.sandboxId,
    createdMs: status.createdMs,
    startedMs: status.startedMs,
    finishedMs: exited ? status.finishedMs : 0,
    exitCode: exited ? status.exitCode : 0,
    reason: exited ? status.reason : '',
    message: exited ? terminationMessage(runtime, status, record.message) : '',
    restartCount: record.restartCount,
    image: status.imageRef,
    imageRef: digestReference(status),
    hash: record.hash,
    user: status.user,
  };
  if (exited) record.ended = converted;
  return converted;
}

/** `docker.io/library/busybox@sha256:…`, as containerd names the image that was used. */
function digestReference({ imageRef, imageId }: CriContainerStatus): string {
  const repository = parseImageReference(imageRef)?.repository;
  return repository === undefined ? imageRef : `${repository}@${imageId}`;
}
