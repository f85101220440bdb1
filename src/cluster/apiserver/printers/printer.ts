import { ageSince } from '../../../api/duration';
import { labelSelectorRequirements, selectorText } from '../../../api/selectors';
import type { LabelSelector } from '../../../api/types';

export type Cell = string | number | boolean;

export interface Column {
  readonly name: string;
  readonly type?: string;
  /** `name` marks the column that identifies the object. */
  readonly format?: string;
  /** 0, the default: always shown; 1: only with -o wide. */
  readonly priority?: number;
}

export interface PrintContext {
  /** Unix ms. */
  readonly nowMs: number;
  /** The API server always prints wide rows; clients leave out the columns they do not want. */
  readonly wide: boolean;
}

/** How objects of a kind are shown. Models pkg/printers/internalversion/printers.go. */
export interface Printer {
  readonly columns: readonly Column[];
  row(object: never, context: PrintContext): Row;
}

export interface Row {
  readonly cells: readonly Cell[];
  readonly conditions?: readonly object[];
}

/** Columns by name; those after `wide:` have priority 1. */
export function columns(...names: string[]): Column[] {
  let priority = 0;
  const list: Column[] = [];
  for (const name of names) {
    if (name === 'wide:') priority = 1;
    else list.push(name === 'Name' ? { name, format: 'name', priority } : { name, priority });
  }
  return list;
}

/** metadata as printers need it. */
export interface Meta {
  readonly name?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
}

/** Models translateTimestampSince. */
export function age(metadata: Meta | undefined, { nowMs }: PrintContext): string {
  return ageSince(metadata?.creationTimestamp, nowMs);
}

/** Containers and images of a pod template, each joined by commas. */
export function containersAndImages(
  containers: readonly { readonly name: string; readonly image?: string }[] | undefined,
): [names: string, images: string] {
  const list = containers ?? [];
  return [list.map((one) => one.name).join(','), list.map((one) => one.image ?? '').join(',')];
}

/** Labels as `a=b,c=d`, `<none>` without any. Models labels.FormatLabels. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  if (keys.length === 0) return '<none>';
  return keys.map((key) => `${key}=${labels?.[key]}`).join(',');
}

/** Models metav1.FormatLabelSelector. */
export function formatSelector(selector: LabelSelector | undefined): string {
  try {
    const text = selectorText(labelSelectorRequirements(selector) ?? []);
    return text === '' ? '<none>' : text;
  } catch {
    return '<error>';
  }
}

/** `a,b,c + 2 more...`, at most `most` shown; `<unset>` without any. */
export function listWithMore(list: readonly string[], most: number): string {
  if (list.length === 0) return '<unset>';
  const shown = list.slice(0, most).join(',');
  return list.length > most ? `${shown} + ${list.length - most} more...` : shown;
}

interface LoadBalancer {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
}

/** Addresses of a load balancer; cut to 16 characters where the row is not wide. */
export function loadBalancerText(status: LoadBalancer | undefined, wide: boolean): string {
  const addresses = (status?.ingress ?? [])
    .map((ingress) => ingress.ip || ingress.hostname || '')
    .filter((address) => address !== '');
  const text = [...new Set(addresses)].sort().join(',');
  return !wide && text.length > 16 ? `${text.slice(0, 13)}...` : text;
}
