import { DECIMAL_SUFFIXES } from '../quantity';
import { type SchemaField, type SchemaType, type StructRef, structSchema } from './schema';

/**
 * An object as Go's spew prints it with `%#v`: that text is what Kubernetes hashes to tell pod templates
 * apart. Models k8s.io/utils/dump ForHash. Objects are as the API server stores them: with defaults, with
 * canonical quantities, and read by way of protobuf, which knows no empty lists.
 */
export function goDump(ref: StructRef, value: unknown): string {
  const go = `v1.${ref.name}`;
  return dump({ kind: 'struct', go, struct: ref }, value, true);
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Names of Go's fields that are not those of JSON with a capital; by struct where they differ. */
const NAMES: Readonly<Record<string, string>> = {
  metadata: 'ObjectMeta',
  dnsPolicy: 'DNSPolicy',
  serviceAccount: 'DeprecatedServiceAccount',
  dnsConfig: 'DNSConfig',
  os: 'OS',
  ip: 'IP',
  seLinuxOptions: 'SELinuxOptions',
  seLinuxChangePolicy: 'SELinuxChangePolicy',
  fsGroup: 'FSGroup',
  fsGroupChangePolicy: 'FSGroupChangePolicy',
  gmsaCredentialSpecName: 'GMSACredentialSpecName',
  gmsaCredentialSpec: 'GMSACredentialSpec',
  tty: 'TTY',
  httpGet: 'HTTPGet',
  tcpSocket: 'TCPSocket',
  httpHeaders: 'HTTPHeaders',
  grpc: 'GRPC',
  apiVersion: 'APIVersion',
  apiGroup: 'APIGroup',
  uid: 'UID',
  gcePersistentDisk: 'GCEPersistentDisk',
  awsElasticBlockStore: 'AWSElasticBlockStore',
  nfs: 'NFS',
  iscsi: 'ISCSI',
  rbd: 'RBD',
  cephfs: 'CephFS',
  fc: 'FC',
  storageos: 'StorageOS',
  csi: 'CSI',
  fsType: 'FSType',
  sslEnabled: 'SSLEnabled',
  wwids: 'WWIDs',
  pdName: 'PDName',
};

const NAMES_OF_STRUCT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AzureDiskVolumeSource: { diskURI: 'DataDiskURI' },
  RBDVolumeSource: {
    monitors: 'CephMonitors',
    image: 'RBDImage',
    pool: 'RBDPool',
    user: 'RadosUser',
  },
  GlusterfsVolumeSource: { endpoints: 'EndpointsName' },
  ISCSIVolumeSource: {
    iqn: 'IQN',
    iscsiInterface: 'ISCSIInterface',
    chapAuthDiscovery: 'DiscoveryCHAPAuth',
    chapAuthSession: 'SessionCHAPAuth',
  },
};

/** What Go calls a field of a struct. */
export function goName(struct: string, field: string): string {
  const own = NAMES_OF_STRUCT[struct]?.[field] ?? NAMES[field];
  return own ?? field.charAt(0).toUpperCase() + field.slice(1);
}

/** `typed`: the type stands in front, as it does for fields but not for items. */
function dump(type: SchemaType, value: unknown, typed: boolean): string {
  if (type.kind === 'pointer') return dumpPointer(type, value, typed);
  const prefix = typed ? `(${type.go})` : '';
  return prefix + dumpValue(type, value);
}

function dumpPointer(
  { go, of }: Extract<SchemaType, { kind: 'pointer' | 'list' | 'map' }>,
  value: unknown,
  typed: boolean,
): string {
  const prefix = typed ? `(*${go})` : '<*>';
  return prefix + (value === undefined || value === null ? '<nil>' : dump(of, value, false));
}

function dumpValue(type: Exclude<SchemaType, { kind: 'pointer' }>, value: unknown): string {
  switch (type.kind) {
    case 'struct':
      return dumpStruct(type.struct, (value ?? {}) as JsonObject);
    case 'list': {
      const items = (value ?? []) as readonly unknown[];
      if (items.length === 0) return '<nil>';
      return `[${items.map((item) => dump(type.of, item, false)).join(' ')}]`;
    }
    case 'map': {
      const entries = Object.entries((value ?? {}) as JsonObject);
      if (entries.length === 0) return '<nil>';
      const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
      return `map[${sorted.map(([key, item]) => `${key}:${dump(type.of, item, false)}`).join(' ')}]`;
    }
    case 'quantity':
      return dumpQuantity(String(value ?? '0'));
    case 'intOrString':
      return typeof value === 'string'
        ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
        : `{Type:(intstr.Type)0 IntVal:(int32)${String(value ?? 0)} StrVal:(string)}`;
    case 'time':
    case 'microTime':
      return ZERO_TIME;
    case 'bytes':
    case 'raw':
      return '<nil>';
    case 'int':
      return String(value ?? 0);
    case 'bool':
      return String(value ?? false);
    case 'string':
      return String(value ?? '');
    default:
      return '';
  }
}

/** Templates have no times. */
const ZERO_TIME = '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';

function dumpStruct(ref: StructRef, value: JsonObject): string {
  return `{${dumpFields(ref.name, structSchema(ref).fields, value, 0).join(' ')}}`;
}

/** The fields of a struct; those of embedded structs (`depth` names deep) stand together in their own. */
function dumpFields(
  struct: string,
  fields: readonly SchemaField[],
  value: JsonObject,
  depth: number,
): string[] {
  const parts: string[] = [];
  for (let i = 0; i < fields.length; ) {
    const field = fields[i] as SchemaField;
    const embedded = field.embedded[depth];
    if (embedded === undefined) {
      parts.push(`${goName(struct, field.name)}:${dump(field.type, value[field.name], true)}`);
      i++;
      continue;
    }
    let end = i;
    while (fields[end]?.embedded[depth] === embedded) end++;
    const inner = dumpFields(embedded, fields.slice(i, end), value, depth + 1);
    parts.push(`${embedded}:(v1.${embedded}){${inner.join(' ')}}`);
    i = end;
  }
  return parts;
}

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** A quantity's insides; the text is kept by Go where it is canonical at first sight. */
function dumpQuantity(text: string): string {
  const [, digits = '0', suffix = ''] = /^(-?\d+)(.*)$/.exec(text) ?? [];
  const power = suffix === '' ? -1 : BINARY.indexOf(suffix);
  const binary = power > 0;
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1];
  const scale = binary
    ? 0
    : exponent === undefined
      ? (DECIMAL_SUFFIXES[suffix] ?? 0)
      : Number(exponent);
  const value = BigInt(digits) * (binary ? 1n << BigInt(10 * power) : 1n);
  const first = BigInt(digits);
  const kept = binary ? first % 8n !== 0n : scale % 3 === 0 && !digits.endsWith('000');
  const format = binary ? 'BinarySI' : exponent === undefined ? 'DecimalSI' : 'DecimalExponent';
  return `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${kept ? text : ''} Format:(resource.Format)${format}}`;
}
