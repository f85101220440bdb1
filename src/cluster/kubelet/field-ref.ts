import { goQuote } from '../../api/golang/quote';
import { isZero, parseQuantity, scaledValue } from '../../api/quantity';
import type {
  Container,
  ObjectFieldSelector,
  Pod,
  Quantity,
  ResourceFieldSelector,
  ResourceList,
} from '../../api/stored-objects';

/** What the node knows and the pod's object may not say yet. */
export interface NodeFacts {
  readonly hostIPs: readonly string[];
  readonly podIPs: readonly string[];
  readonly allocatable: ResourceList;
}

/**
 * The value of a fieldRef. Models pkg/kubelet/kubelet_pods.go podFieldSelectorRuntimeValue and
 * pkg/fieldpath ExtractFieldPathAsString.
 */
export function fieldValue(selector: ObjectFieldSelector, pod: Pod, node: NodeFacts): string {
  const { metadata, spec } = pod;
  switch (selector.fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
      return node.hostIPs[0] ?? '';
    case 'status.hostIPs':
      return node.hostIPs.join(',');
    case 'status.podIP':
      return node.podIPs[0] ?? '';
    case 'status.podIPs':
      return node.podIPs.join(',');
  }
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(selector.fieldPath);
  if (subscript) {
    const map = subscript[1] === 'labels' ? metadata.labels : metadata.annotations;
    return map?.[subscript[2] ?? ''] ?? '';
  }
  throw new Error(`unsupported fieldPath: ${selector.fieldPath}`);
}

/** Lines `key="value"`, sorted, as downwardAPI files hold labels and annotations. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .join('\n');
}

/**
 * The value of a resourceFieldRef: a limit that is not set is the node's allocatable amount. Models
 * pkg/kubelet/kubelet_resources.go and component-helpers' ExtractContainerResourceValue.
 */
export function resourceValue(
  selector: ResourceFieldSelector,
  container: Container,
  allocatable: ResourceList,
): string {
  const [kind, name] = splitOnce(selector.resource, '.');
  const set = kind === 'limits' ? container.resources?.limits : container.resources?.requests;
  let amount: Quantity = set?.[name] ?? '0';
  if (kind === 'limits' && isZero(parseQuantity(String(amount)))) {
    amount = allocatable[name] ?? '0';
  }
  const divisor = selector.divisor ?? '0';
  const scale = name === 'cpu' ? -3 : 0;
  const unit = isZero(parseQuantity(String(divisor)))
    ? scaledValue(parseQuantity('1'), scale)
    : scaledValue(parseQuantity(String(divisor)), scale);
  const whole = scaledValue(parseQuantity(String(amount)), scale);
  return String((whole + unit - 1n) / unit);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
