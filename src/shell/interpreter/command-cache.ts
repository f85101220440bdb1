import type { Bytes } from '../../runtime/bytes';
import { ForkedMap } from './forked-map';

/** Where in PATH a command was found. */
interface Entry {
  /** Which element of PATH, from 0. */
  readonly index: number;
  /** The directory has changed since: it must be looked for again. */
  readonly stale: boolean;
}

/** Number of chains of ash's table: it decides the order in which `hash` lists. */
const CHAINS = 31;

/** Where commands were found in PATH, as `hash` shows it. Models ash.c cmdtable. */
export class CommandCache {
  #entries = new ForkedMap<Bytes, Entry>();

  clone(): CommandCache {
    const copy = new CommandCache();
    copy.#entries = this.#entries.fork();
    return copy;
  }

  get(name: Bytes): Entry | undefined {
    return this.#entries.get(name);
  }

  set(name: Bytes, index: number): void {
    this.#entries.set(name, { index, stale: false });
  }

  delete(name: Bytes): void {
    this.#entries.delete(name);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The current directory has changed: relative elements of PATH mean something else now. */
  markStale(): void {
    for (const [name, { index }] of [...this.#entries]) {
      this.#entries.set(name, { index, stale: true });
    }
  }

  /** In the order of ash's hash table. */
  list(): { readonly name: Bytes; readonly index: number; readonly stale: boolean }[] {
    const chains: { name: Bytes; index: number; stale: boolean }[][] = Array.from(
      { length: CHAINS },
      () => [],
    );
    for (const [name, entry] of this.#entries) chains[chainOf(name)]?.push({ name, ...entry });
    return chains.flat();
  }
}

function chainOf(name: Bytes): number {
  let hash = name.charCodeAt(0) << 4;
  for (let i = 0; i < name.length; i++) hash += name.charCodeAt(i);
  return (hash & 0x7fff) % CHAINS;
}
