import type { KubeObject } from './types';

/**
 * The API as its clients (kubelet, controllers, kubectl, the page) see it. Calls are synchronous: the
 * server is part of the same run, and programs that model a network client add their own latency. A call
 * that the server refuses throws an `ApiError` (status.ts) that carries the Status.
 *
 * A `resource` is a plural, with its group where there is one: `pods`, `deployments.apps`.
 */

export interface ResourceInfo {
  readonly resource: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  /** What the server warns whoever reads it of. */
  readonly deprecation?: string;
}

/** `v1`, `apps/v1` … */
export function apiVersionOf({ group, version }: Pick<ResourceInfo, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

export interface ListOptions {
  /** Undefined: all namespaces (or a cluster-scoped resource). */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** At most so many objects; the answer says how to go on. */
  readonly limit?: number;
  /** What the answer to an earlier list said. */
  readonly continue?: string;
}

/** A list, or a page of one. */
export interface ListResult {
  items: KubeObject[];
  resourceVersion: string;
  /** Asks for the next page; absent: there is none. */
  continue?: string;
  remainingItemCount?: number;
}

export interface WatchOptions extends ListOptions {
  readonly resourceVersion?: string;
  /** About once a minute an event that only says how far the watch has come. */
  readonly allowWatchBookmarks?: boolean;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** Of apply patches: takes over fields that others own. */
  readonly force?: boolean;
  /** What to do with unknown fields. kubectl's default is Strict. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly subresource?:
    | 'status'
    | 'binding'
    | 'ephemeralcontainers'
    | 'eviction'
    | 'resize'
    | 'scale';
  /** Receives the texts of `Warning:` headers. */
  readonly onWarning?: (text: string) => void;
}

export type PatchType = 'strategic' | 'merge' | 'json' | 'apply';

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** An ordered stream of changes. `changed` is a suspension point for tasks (see the kernel's `Suspend`). */
export interface WatchStream {
  take(): WatchEvent | undefined;
  readonly closed: boolean;
  readonly changed: (wake: () => void) => () => void;
  close(): void;
}

/** meta.k8s.io/v1 Table. */
export interface Table {
  readonly columnDefinitions: readonly {
    readonly name: string;
    readonly type: string;
    readonly format: string;
    readonly description: string;
    /** 0: always shown; above: only with -o wide. */
    readonly priority: number;
  }[];
  readonly rows: readonly {
    readonly cells: readonly (string | number | boolean)[];
    readonly object: KubeObject;
    readonly conditions?: readonly object[];
  }[];
  readonly resourceVersion: string;
}

export interface LogOptions {
  readonly container?: string;
  readonly previous?: boolean;
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
}

/** Bytes that come in over time: a log, or an exec's output. Bytes are byte strings. */
export interface ByteStream {
  take(): string | undefined;
  readonly closed: boolean;
  readonly changed: (wake: () => void) => () => void;
  close(): void;
}

export interface ExecOptions {
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin?: boolean;
  readonly tty?: boolean;
}

/** A remote command as its client sees it (same shape as the runtime's session). */
export interface RemoteCommand {
  take(): { readonly stream: 'stdout' | 'stderr'; readonly bytes: string } | undefined;
  readonly exit: { readonly code: number } | undefined;
  readonly changed: (wake: () => void) => () => void;
  write(bytes: string): void;
  closeInput(): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

/** One forwarded connection to a port of a pod (same shape as the runtime's session). */
export interface PortConnection {
  /** Bytes from the pod that have not been taken yet. */
  take(): string | undefined;
  /** Why the connection could not be made. */
  readonly error: string | undefined;
  /** Whether the pod's side has closed and all its bytes have been taken. */
  readonly ended: boolean;
  readonly changed: (wake: () => void) => () => void;
  write(bytes: string): void;
  closeInput(): void;
  close(): void;
}

export interface ApiClient {
  resources(): readonly ResourceInfo[];
  /** Server version as /version says it. */
  version(): { readonly major: string; readonly minor: string; readonly gitVersion: string };
  get(resource: string, namespace: string | undefined, name: string): KubeObject;
  /** As `get`, for those who expect that there may be no such object: undefined instead of NotFound. */
  find(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, options?: ListOptions): ListResult;
  /** The object with what its kind's printer shows: what `kubectl get` receives. */
  table(resource: string, options: ListOptions & { name?: string }): Table;
  /** Table rows for given objects (watch events of `get -w`). */
  tableOf(resource: string, objects: readonly KubeObject[]): Table;
  create(
    resource: string,
    namespace: string | undefined,
    object: unknown,
    options?: WriteOptions,
  ): KubeObject;
  update(
    resource: string,
    namespace: string | undefined,
    object: unknown,
    options?: WriteOptions,
  ): KubeObject;
  patch(
    resource: string,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    body: unknown,
    options?: WriteOptions,
  ): KubeObject;
  delete(
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions,
  ): KubeObject;
  watch(resource: string, options: WatchOptions): WatchStream;
  logs(namespace: string, pod: string, options: LogOptions): ByteStream;
  exec(namespace: string, pod: string, options: ExecOptions): RemoteCommand;
  attach(namespace: string, pod: string, options: Omit<ExecOptions, 'command'>): RemoteCommand;
  portForward(namespace: string, pod: string, port: number): PortConnection;
}
