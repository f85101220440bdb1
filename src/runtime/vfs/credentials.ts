/** Linux capability numbers, by name without CAP_. */
export const CAPABILITY_NUMBERS = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  LINUX_IMMUTABLE: 9,
  NET_BIND_SERVICE: 10,
  NET_BROADCAST: 11,
  NET_ADMIN: 12,
  NET_RAW: 13,
  IPC_LOCK: 14,
  IPC_OWNER: 15,
  SYS_MODULE: 16,
  SYS_RAWIO: 17,
  SYS_CHROOT: 18,
  SYS_PTRACE: 19,
  SYS_PACCT: 20,
  SYS_ADMIN: 21,
  SYS_BOOT: 22,
  SYS_NICE: 23,
  SYS_RESOURCE: 24,
  SYS_TIME: 25,
  SYS_TTY_CONFIG: 26,
  MKNOD: 27,
  LEASE: 28,
  AUDIT_WRITE: 29,
  AUDIT_CONTROL: 30,
  SETFCAP: 31,
  MAC_OVERRIDE: 32,
  MAC_ADMIN: 33,
  SYSLOG: 34,
  WAKE_ALARM: 35,
  BLOCK_SUSPEND: 36,
  AUDIT_READ: 37,
  PERFMON: 38,
  BPF: 39,
  CHECKPOINT_RESTORE: 40,
} as const;

export type Capability = keyof typeof CAPABILITY_NUMBERS;

/** What a container gets unless its securityContext says otherwise. Models containerd pkg/oci/spec.go. */
export const DEFAULT_CAPABILITIES: readonly Capability[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
];

export const ALL_CAPABILITIES = Object.keys(CAPABILITY_NUMBERS) as readonly Capability[];

/** Who a process is to the file system and to other processes. Never changed in place. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  /** In effect. */
  readonly capabilities: ReadonlySet<Capability>;
  /** What an exec by root may get back. */
  readonly bounding: ReadonlySet<Capability>;
}

const NONE: ReadonlySet<Capability> = new Set();

/** Credentials of a user: root has its bounding set in effect, everybody else nothing. */
export function credentialsOf(
  uid: number,
  gid: number,
  groups: readonly number[],
  bounding: ReadonlySet<Capability>,
): Credentials {
  return { uid, gid, groups, capabilities: uid === 0 ? bounding : NONE, bounding };
}

/** A root that may do everything: the node itself. */
export const NODE_ROOT: Credentials = credentialsOf(0, 0, [0], new Set(ALL_CAPABILITIES));

/** The hexadecimal mask of /proc/self/status. */
export function capabilityMask(set: ReadonlySet<Capability>): string {
  let mask = 0n;
  for (const name of set) mask |= 1n << BigInt(CAPABILITY_NUMBERS[name]);
  return mask.toString(16).padStart(16, '0');
}
