import { goQuote } from '../golang/quote';
import type { Volume } from '../types';
import { fractionWarnings } from './fractions';

/** Warnings about volumes. Models pkg/api/pod/warnings.go. */

/** Kinds of volumes that are going or gone. */
const OLD_VOLUMES: readonly [field: keyof Volume & string, name: string, text: string][] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

export function volumeWarnings(volumes: readonly Volume[] = [], field: string): string[] {
  return [
    ...volumes.flatMap((volume, index) => [
      ...OLD_VOLUMES.filter(([name]) => volume[name] !== undefined).map(
        ([, name, text]) => `${field}[${index}].${name}: ${text}`,
      ),
      ...claimWarnings(volume, `${field}[${index}].ephemeral.volumeClaimTemplate.spec.resources`),
    ]),
    ...volumes.flatMap(overlapWarnings),
  ];
}

function claimWarnings({ ephemeral }: Volume, field: string): string[] {
  const { requests, limits } = ephemeral?.volumeClaimTemplate?.spec.resources ?? {};
  return [
    ...fractionWarnings(requests, ['storage'], `${field}.requests`),
    ...fractionWarnings(limits, ['storage'], `${field}.limits`),
  ];
}

/** A path in a volume and what puts it there. */
interface Place {
  readonly path: string;
  readonly source: string;
}

/** One file in another's place, or below it. */
function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const warn = (kind: string, places: readonly Place[]) =>
    overlaps(places).map((text) => `volume ${goQuote(name)} (${kind}): overlapping paths: ${text}`);
  const empty = (projected?.sources ?? []).filter((source) => Object.keys(source).length === 0);
  return [
    ...warn(`ConfigMap ${goQuote(configMap?.name ?? '')}`, places(configMap?.items, '')),
    ...warn(`Secret ${goQuote(secret?.secretName ?? '')}`, places(secret?.items, '')),
    ...warn('DownwardAPI', places(downwardAPI?.items, '')),
    ...empty.map(() => `volume ${goQuote(name)} (Projected) has no sources provided`),
    ...warn('Projected', (projected?.sources ?? []).flatMap(projectedPlaces)),
  ];
}

function places(items: readonly { path: string }[] = [], source: string): Place[] {
  return items.map(({ path }) => ({ path, source }));
}

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

function projectedPlaces(source: Projection): Place[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = source;
  if (configMap?.items) {
    return places(configMap.items, `ConfigMap ${goQuote(configMap.name ?? '')}`);
  }
  if (secret?.items) return places(secret.items, `Secret ${goQuote(secret.name ?? '')}`);
  if (downwardAPI?.items) return places(downwardAPI.items, 'DownwardAPI');
  if (serviceAccountToken) return places([serviceAccountToken], 'ServiceAccountToken');
  if (clusterTrustBundle) {
    const name = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? '';
    return places([clusterTrustBundle], `ClusterTrustBundle ${goQuote(name)}`);
  }
  return [];
}

function overlaps(all: readonly Place[]): string[] {
  const known: Place[] = [];
  return all.flatMap(({ path, source }) => {
    const place = { path: path.replace(/\/+$/, ''), source };
    const others = known.filter((one) => overlap(one.path, place.path));
    known.push(place);
    return others.map((other) => `${shown(place)} with ${shown(other)}`);
  });
}

function overlap(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

function shown({ path, source }: Place): string {
  return source === '' ? goQuote(path) : `${goQuote(path)} (${source})`;
}
