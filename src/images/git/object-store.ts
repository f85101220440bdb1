import type { Bytes } from '../../runtime/bytes';
import {
  blob,
  decodeCommit,
  decodeTree,
  encodeCommit,
  encodeTree,
  type GitObject,
  idOf,
  type Person,
} from './git-object';

/** The objects of a hosted repository, in memory. */
export class ObjectStore {
  readonly #objects = new Map<string, GitObject>();

  add(object: GitObject): string {
    const id = idOf(object);
    this.#objects.set(id, object);
    return id;
  }

  get(id: string): GitObject | undefined {
    return this.#objects.get(id);
  }

  /** Adds a commit that holds exactly these files; folders follow from slashes. Returns its id. */
  commit(options: {
    files: ReadonlyMap<Bytes, Bytes>;
    parent: string | undefined;
    author: Person;
    time: number;
    message: Bytes;
  }): string {
    const { files, parent, author, time, message } = options;
    const tree = this.#tree([...files]);
    const parents = parent === undefined ? [] : [parent];
    return this.add(encodeCommit({ tree, parents, author, time, message: `${message}\n` }));
  }

  #tree(files: readonly (readonly [Bytes, Bytes])[]): string {
    const folders = new Map<Bytes, (readonly [Bytes, Bytes])[]>();
    const entries = [];
    for (const [path, content] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) entries.push({ mode: '100644', name: path, id: this.add(blob(content)) });
      else {
        const folder = path.slice(0, slash);
        const inside = folders.get(folder) ?? [];
        inside.push([path.slice(slash + 1), content]);
        folders.set(folder, inside);
      }
    }
    for (const [name, inside] of folders)
      entries.push({ mode: '40000', name, id: this.#tree(inside) });
    return this.add(encodeTree(entries));
  }

  /** Everything that a commit needs and the commits in `known` do not have; `depth` bounds its history. */
  reachable(from: string, known: ReadonlySet<string>, depth = Number.POSITIVE_INFINITY) {
    const found = new Map<string, GitObject>();
    let generation = [from];
    for (let level = 0; level < depth && generation.length > 0; level++) {
      const next: string[] = [];
      for (const id of generation) {
        const object = this.get(id);
        if (!object || known.has(id) || found.has(id)) continue;
        found.set(id, object);
        const { tree, parents } = decodeCommit(object.content);
        this.#addTree(tree, found);
        next.push(...parents);
      }
      generation = next;
    }
    return [...found.values()];
  }

  #addTree(id: string, found: Map<string, GitObject>): void {
    const object = this.get(id);
    if (!object || found.has(id)) return;
    found.set(id, object);
    for (const entry of decodeTree(object.content)) {
      if (entry.mode === '40000') this.#addTree(entry.id, found);
      else {
        const file = this.get(entry.id);
        if (file) found.set(entry.id, file);
      }
    }
  }
}
