import type { Resource, ResourceLimit } from '../syscalls';

const UNLIMITED: ResourceLimit = { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY };

/** What `ulimit -a` says in a container of containerd. */
export const DEFAULT_LIMITS: Readonly<Record<Resource, ResourceLimit>> = {
  fileSize: UNLIMITED,
  openFiles: { soft: 1_048_576, hard: 1_048_576 },
  processes: UNLIMITED,
  addressSpace: UNLIMITED,
  coreSize: UNLIMITED,
  cpuSeconds: UNLIMITED,
  dataSize: UNLIMITED,
  lockedMemory: { soft: 8_388_608, hard: 8_388_608 },
  residentMemory: UNLIMITED,
  stackSize: { soft: 8_388_608, hard: Number.POSITIVE_INFINITY },
};
