import type { Bytes } from '../../runtime/bytes';
import { BYTES_OF_VARIABLES, BYTES_PER_VALUE } from '../limits';

/** Variables whose value is made when they are read. */
export type DynamicName =
  | 'LINENO'
  | 'FUNCNAME'
  | 'RANDOM'
  | 'EPOCHSECONDS'
  | 'EPOCHREALTIME'
  /** bash's. */
  | 'SECONDS'
  | 'BASHPID';

export interface Variable {
  readonly name: Bytes;
  /** Undefined: not set, though it may be exported, read-only or local. */
  value: Bytes | undefined;
  exported: boolean;
  readonly: boolean;
  /** Stays known when it is unset. */
  fixed: boolean;
  dynamic: DynamicName | undefined;
  /** bash: the elements of an array by index, in order, or by key; `value` then does not count. */
  elements?: Map<Bytes, Bytes> | undefined;
  /** bash: no index of the array is above this. */
  last?: number;
  /** bash: elements were added out of order; whoever looks at them puts them in order first. */
  unordered?: boolean;
  /** bash: the array's keys are texts (`declare -A`). */
  associative?: boolean;
  /** bash: values are arithmetic expressions (`declare -i`). */
  integer?: boolean;
}

/** What the table asks of its shell. */
export interface VariablesOwner {
  /** Ends with `sh: MESSAGE`. */
  fail(message: Bytes): never;
  dynamicValue(name: DynamicName): Bytes;
  /** Called before PATH and OPTIND change. */
  variableChanges(name: Bytes, value: Bytes | undefined): void;
  readonly exportsAll: boolean;
  readonly bash: boolean;
  memoryChanged(bytes: number): void;
}

/** A variable as it was before `local` or a prefix assignment, undefined if it did not exist. */
interface Saved {
  readonly name: Bytes;
  readonly variable: Variable | undefined;
}

/** Variables made local by one function call or one command. */
export interface LocalFrame {
  readonly saved: Saved[];
  /** Takes back what `local -` has saved. */
  restoreOptions: (() => void) | undefined;
}

/** Number of chains of ash's hash table: it decides the order in which `env` lists. */
const CHAINS = 39;

/** Changes of the variables' size up to this are not reported to the runtime. */
const MEMORY_GRAIN = 64 * 1024;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

/** Variables by name, and what programs inherit of them once somebody has asked. */
interface Table {
  readonly byName: Map<Bytes, Variable>;
  environment: ReadonlyMap<Bytes, Bytes> | undefined;
}

/** The shell's variables. Models ash.c setvareq, setvar, mklocal, listvars. */
export class Variables {
  /** Forked shells share one until they write: most never do. */
  #table: Table = { byName: new Map(), environment: undefined };
  #shared = false;
  readonly #owner: VariablesOwner;
  #frames: LocalFrame[] = [];
  #bytes = 0;
  #reportedBytes = 0;

  constructor(owner: VariablesOwner) {
    this.#owner = owner;
  }

  /** A copy for a forked shell. */
  clone(owner: VariablesOwner): Variables {
    const copy = new Variables(owner);
    copy.#table = this.#table;
    copy.#shared = true;
    this.#shared = true;
    copy.#frames = this.#frames.map((frame) => ({ ...frame, saved: [...frame.saved] }));
    copy.#bytes = this.#bytes;
    copy.#reportedBytes = this.#reportedBytes;
    return copy;
  }

  /** The table for writing: this shell's own. */
  #own(): Map<Bytes, Variable> {
    if (this.#shared) {
      const byName = new Map<Bytes, Variable>();
      for (const variable of this.#table.byName.values()) {
        const { elements } = variable;
        const own = elements ? { ...variable, elements: new Map(elements) } : { ...variable };
        byName.set(variable.name, own);
      }
      this.#table = { byName, environment: this.#table.environment };
      this.#shared = false;
    }
    return this.#table.byName;
  }

  /** Adds a variable that every shell has. Those declared last are listed first. */
  declare(name: Bytes, value: Bytes | undefined, dynamic?: DynamicName): void {
    const variable = { name, value, exported: false, readonly: false, fixed: true, dynamic };
    this.#own().set(name, variable);
  }

  get(name: Bytes): Bytes | undefined {
    const variable = this.#table.byName.get(name);
    if (variable === undefined) return undefined;
    if (variable.elements) return variable.elements.get('0');
    return variable.dynamic ? this.#owner.dynamicValue(variable.dynamic) : variable.value;
  }

  /** Sets a variable whose name may be wrong; `value` undefined unsets it. */
  set(
    name: Bytes,
    value: Bytes | undefined,
    flags: { export?: boolean; readonly?: boolean } = {},
  ): void {
    const valid = NAME.exec(name)?.[0];
    if (valid !== name) {
      const end = name.indexOf('=');
      this.#owner.fail(`${end < 0 ? name : name.slice(0, end)}: bad variable name`);
    }
    this.assign(name, value, flags);
  }

  /** Sets a variable whose name is right or came from the environment. */
  assign(
    name: Bytes,
    value: Bytes | undefined,
    flags: { export?: boolean; readonly?: boolean; fixed?: boolean; quietly?: boolean } = {},
  ): void {
    const table = this.#own();
    let variable = table.get(name);
    if (variable?.readonly && !isGenerated(variable)) {
      this.#owner.fail(`${name}: ${this.#owner.bash ? 'readonly variable' : 'is read only'}`);
    }
    if (!flags.quietly) this.#owner.variableChanges(name, value);
    this.#account((value?.length ?? 0) - (variable?.value?.length ?? 0), value?.length ?? 0);
    const exported = flags.export === true || this.#owner.exportsAll;
    if (exported || variable?.exported) this.#table.environment = undefined;
    if (value === undefined && !exported && !flags.readonly && !flags.fixed && !variable?.fixed) {
      table.delete(name);
      return;
    }
    if (variable === undefined) {
      variable = {
        name,
        value,
        exported: false,
        readonly: false,
        fixed: false,
        dynamic: undefined,
      };
      table.set(name, variable);
    }
    if (variable.elements && value !== undefined) variable.elements.set('0', value);
    else {
      variable.value = value;
      variable.elements = undefined;
      variable.associative = false;
    }
    if (exported) variable.exported = true;
    if (flags.readonly) variable.readonly = true;
    if (flags.fixed) variable.fixed = true;
    if (variable.dynamic && (value === undefined || !isGenerated(variable)))
      variable.dynamic = undefined;
  }

  /** `export`, `readonly` without a value. */
  mark(name: Bytes, flags: { export?: boolean; readonly?: boolean; unexport?: boolean }): void {
    const variable = this.#own().get(name);
    if (variable === undefined) {
      this.set(name, undefined, {
        export: flags.export && !flags.unexport,
        readonly: flags.readonly,
      });
      return;
    }
    this.#table.environment = undefined;
    if (flags.export) variable.exported = true;
    if (flags.readonly) variable.readonly = true;
    if (flags.unexport) variable.exported = false;
  }

  /** All that pass, sorted by name. */
  list(passes: (variable: Variable) => boolean): Variable[] {
    return [...this.#table.byName.values()]
      .filter(passes)
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** What programs inherit, in the order of ash's hash table. */
  environment(): ReadonlyMap<Bytes, Bytes> {
    if (this.#table.environment) return this.#table.environment;
    const chains: Variable[][] = Array.from({ length: CHAINS }, () => []);
    for (const variable of this.#table.byName.values()) {
      if (variable.exported) chains[chainOf(variable.name)]?.push(variable);
    }
    const environment = new Map<Bytes, Bytes>();
    let generated = false;
    for (const variable of chains.flat()) {
      const value = this.get(variable.name);
      if (value !== undefined) environment.set(variable.name, value);
      if (variable.dynamic) generated = true;
    }
    if (!generated) this.#table.environment = environment;
    return environment;
  }

  /** The same if somebody has asked before and nothing has changed since. */
  get knownEnvironment(): ReadonlyMap<Bytes, Bytes> | undefined {
    return this.#table.environment;
  }

  // Arrays (bash) -------------------------------------------------------------------------------------

  /** The elements of an array; a variable that is none has one. Undefined: it is not set. */
  elements(name: Bytes): ReadonlyMap<Bytes, Bytes> | undefined {
    const variable = this.#table.byName.get(name);
    if (variable?.elements) {
      if (variable.unordered && !variable.associative) {
        variable.elements = inOrder(variable.elements);
        variable.unordered = false;
      }
      return variable.elements;
    }
    const value = this.get(name);
    return value === undefined ? undefined : new Map([['0', value]]);
  }

  /** What a variable is, beside its value. */
  traits(name: Bytes): Readonly<Variable> | undefined {
    return this.#table.byName.get(name);
  }

  setElements(name: Bytes, elements: ReadonlyMap<Bytes, Bytes>, associative: boolean): void {
    const variable = this.#arrayFor(name);
    let size = 0;
    for (const value of elements.values()) size += value.length;
    this.#account(size, 0);
    variable.associative = associative;
    variable.elements = new Map(associative ? elements : inOrder(elements));
    variable.unordered = false;
    variable.last = associative ? -1 : Number([...variable.elements.keys()].at(-1) ?? -1);
  }

  setElement(name: Bytes, key: Bytes, value: Bytes): void {
    const variable = this.#arrayFor(name);
    variable.elements ??= new Map(
      variable.value === undefined ? [] : [['0', variable.value] as const],
    );
    this.#account(value.length - (variable.elements.get(key)?.length ?? 0), value.length);
    const isNew = !variable.elements.has(key);
    variable.elements.set(key, value);
    const last = variable.last ?? (variable.elements.has('0') ? 0 : -1);
    if (isNew && Number(key) < last) variable.unordered = true;
    variable.last = Math.max(last, Number(key) || 0);
  }

  unsetElement(name: Bytes, key: Bytes): void {
    if (this.#table.byName.get(name)?.elements) this.#arrayFor(name).elements?.delete(key);
  }

  /** `declare -i`, `declare -A` and kin on a variable that may not exist yet. */
  declareTraits(
    name: Bytes,
    traits: { array?: boolean; associative?: boolean; integer?: boolean },
  ) {
    if (traits.array || traits.associative) {
      const variable = this.#arrayFor(name);
      const { value } = variable;
      variable.elements ??= new Map(value === undefined ? [] : [['0', value] as const]);
      if (traits.associative) variable.associative = true;
    }
    if (traits.integer) {
      if (!this.#table.byName.has(name)) this.assign(name, undefined, { fixed: true });
      const variable = this.#own().get(name);
      if (variable) variable.integer = true;
    }
  }

  /** The variable for writing as an array. */
  #arrayFor(name: Bytes): Variable {
    const table = this.#own();
    let variable = table.get(name);
    if (variable?.readonly) this.#owner.fail(`${name}: readonly variable`);
    if (!variable) {
      variable = {
        name,
        value: undefined,
        exported: false,
        readonly: false,
        fixed: false,
        dynamic: undefined,
      };
      table.set(name, variable);
    }
    return variable;
  }

  // Local variables -----------------------------------------------------------------------------------

  get localDepth(): number {
    return this.#frames.length;
  }

  pushFrame(): void {
    this.#frames.push({ saved: [], restoreOptions: undefined });
  }

  /** Restores the variables of all frames above a depth. */
  popFrames(depth: number): void {
    while (this.#frames.length > depth) this.#popFrame();
  }

  /** `local -`: calls `restore` when the frame ends. */
  saveOptions(restore: () => void): void {
    const frame = this.#frames[this.#frames.length - 1];
    if (frame && !frame.restoreOptions) frame.restoreOptions = restore;
  }

  /** Makes a variable local to the innermost frame; without a value it is unset there. */
  makeLocal(name: Bytes, value: Bytes | undefined, exported: boolean): void {
    const frame = this.#frames[this.#frames.length - 1];
    if (!frame) return;
    if (frame.saved.some((saved) => saved.name === name)) {
      if (value !== undefined) this.assign(name, value, { export: exported });
      return;
    }
    const existing = this.#own().get(name);
    if (existing === undefined) {
      if (value === undefined) this.set(name, undefined, {});
      this.assign(name, value, { export: exported, fixed: true });
      frame.saved.push({ name, variable: undefined });
      return;
    }
    const before = { ...existing };
    existing.elements = undefined;
    if (value === undefined) {
      existing.fixed = true;
      this.set(name, undefined);
    } else this.assign(name, value, { export: exported, fixed: true });
    frame.saved.push({ name, variable: before });
  }

  #popFrame(): void {
    const frame = this.#frames.pop();
    if (!frame) return;
    const table = frame.saved.length === 0 ? this.#table.byName : this.#own();
    if (frame.saved.length > 0) this.#table.environment = undefined;
    for (let i = frame.saved.length - 1; i >= 0; i--) {
      const saved = frame.saved[i];
      if (!saved) continue;
      const current = table.get(saved.name);
      this.#account((saved.variable?.value?.length ?? 0) - (current?.value?.length ?? 0), 0);
      this.#owner.variableChanges(saved.name, saved.variable?.value);
      if (saved.variable === undefined) {
        table.delete(saved.name);
        // Only now does ash notice what it has let pass.
        this.set(saved.name, undefined);
      } else if (current) Object.assign(current, saved.variable);
      else table.set(saved.name, { ...saved.variable });
    }
    frame.restoreOptions?.();
  }

  #account(change: number, size: number): void {
    if (size > BYTES_PER_VALUE || this.#bytes + change > BYTES_OF_VARIABLES) {
      this.#owner.fail('out of memory');
    }
    this.#bytes += change;
    if (Math.abs(this.#bytes - this.#reportedBytes) > MEMORY_GRAIN) {
      this.#reportedBytes = this.#bytes;
      this.#owner.memoryChanged(this.#bytes);
    }
  }
}

/** Those that stay dynamic when they are assigned to. */
function isGenerated(variable: Variable): boolean {
  return (
    variable.dynamic !== undefined &&
    variable.dynamic !== 'LINENO' &&
    variable.dynamic !== 'FUNCNAME'
  );
}

/** Elements in the order of their indexes. */
function inOrder(elements: ReadonlyMap<Bytes, Bytes>): Map<Bytes, Bytes> {
  return new Map([...elements].sort(([a], [b]) => Number(a) - Number(b)));
}

/** Which of ash's hash chains a name is in: lists come in their order. Models hashvar of shell/ash.c. */
export function chainOf(name: Bytes): number {
  let hash = name.charCodeAt(0) << 4;
  for (let i = 0; i < name.length; i++) hash += name.charCodeAt(i);
  return hash % CHAINS;
}
