import type { ListOptions, ResourceInfo } from '../../api/client';
import { badRequestError, expiredError } from '../../api/status';
import type { KubeObject } from '../../api/types';

/** How many lists that are read in pages are remembered as they were. */
const SNAPSHOTS = 16;

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

export interface Page {
  readonly items: KubeObject[];
  readonly resourceVersion: string;
  /** Asks for the next page; absent: there is none. */
  readonly continue?: string;
  /** How many come after this page, where the server knows it: not of selections. */
  readonly remainingItemCount?: number;
}

interface Token {
  readonly v: string;
  readonly rv: number;
  readonly start: string;
}

/**
 * Lists in pages. All pages of a list are of one revision: later ones are cut from what the first one saw.
 * Models k8s.io/apiserver pkg/storage/continue.go.
 */
export class ListPages {
  /** Resource and revision → all of the list's objects. */
  readonly #snapshots = new Map<string, readonly KubeObject[]>();

  /** `list` gives all objects that are asked for, `revision` is the store's. */
  page(info: ResourceInfo, options: ListOptions, list: () => KubeObject[], revision: number): Page {
    const { limit, labelSelector, fieldSelector } = options;
    if (options.continue !== undefined)
      return this.#next(info, options, readToken(options.continue));
    const items = list();
    if (!limit || items.length <= limit) return { items, resourceVersion: String(revision) };
    this.#remember(snapshotKey(info, options, revision), items);
    return cut(items, 0, limit, revision, Boolean(labelSelector || fieldSelector));
  }

  #next(info: ResourceInfo, options: ListOptions, token: Token): Page {
    const all = this.#snapshots.get(snapshotKey(info, options, token.rv));
    if (!all) throw expiredError(TOO_OLD);
    const from = all.findIndex((object) => keyOf(object) === token.start);
    if (from < 0) throw expiredError(TOO_OLD);
    const { limit = all.length, labelSelector, fieldSelector } = options;
    return cut(all, from, limit, token.rv, Boolean(labelSelector || fieldSelector));
  }

  #remember(key: string, items: readonly KubeObject[]): void {
    this.#snapshots.delete(key);
    this.#snapshots.set(key, items);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > SNAPSHOTS && oldest !== undefined) this.#snapshots.delete(oldest);
  }
}

function snapshotKey({ resource }: ResourceInfo, options: ListOptions, revision: number): string {
  const { namespace, labelSelector, fieldSelector } = options;
  return JSON.stringify([resource, revision, namespace, labelSelector, fieldSelector]);
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

function cut(
  all: readonly KubeObject[],
  from: number,
  limit: number,
  revision: number,
  selected: boolean,
): Page {
  const items = all.slice(from, from + limit);
  const resourceVersion = String(revision);
  const next = all[from + limit];
  if (!next) return { items, resourceVersion };
  const token: Token = { v: 'meta.k8s.io/v1', rv: revision, start: keyOf(next) };
  const remaining = all.length - from - limit;
  return {
    items,
    resourceVersion,
    continue: btoa(JSON.stringify(token)),
    ...(selected ? {} : { remainingItemCount: remaining }),
  };
}

function readToken(text: string): Token {
  try {
    const token = JSON.parse(atob(text)) as Partial<Token>;
    if (token.v === 'meta.k8s.io/v1' && token.rv !== undefined && token.start !== undefined) {
      return token as Token;
    }
  } catch {
    // Falls through: whatever it is, it is no token of this server's.
  }
  throw badRequestError('continue key is not valid: unrecognized version or content');
}
