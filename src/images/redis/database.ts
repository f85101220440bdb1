import type { Bytes } from '../../runtime/bytes';
import { array, bulk, error, integer, NIL, OK, type Reply } from './resp';

type Value =
  | { readonly type: 'string'; text: Bytes }
  | { readonly type: 'list'; readonly items: Bytes[] }
  | { readonly type: 'set'; readonly members: Set<Bytes> }
  | { readonly type: 'hash'; readonly fields: Map<Bytes, Bytes> };

type ValueOf<T extends Value['type']> = Extract<Value, { type: T }>;

const WRONG_TYPE = error('WRONGTYPE Operation against a key holding the wrong kind of value');
const NOT_AN_INTEGER = error('ERR value is not an integer or out of range');
const SYNTAX = error('ERR syntax error');

/** The keys of a Redis server and the commands on them. Times are Unix ms. */
export class Database {
  readonly #values = new Map<Bytes, Value>();
  readonly #expiries = new Map<Bytes, number>();
  /** Writes since the last save. */
  changes = 0;

  get size(): number {
    return this.#values.size;
  }

  /** Runs a command; undefined when there is no such command here. */
  run(words: readonly Bytes[], nowMs: number): Reply | undefined {
    const command = COMMANDS.get((words[0] ?? '').toLowerCase());
    if (!command) return undefined;
    const count = words.length - 1;
    if (count < command.least || count > command.most) {
      return error(`ERR wrong number of arguments for '${(words[0] ?? '').toLowerCase()}' command`);
    }
    this.#expire(nowMs);
    return command.run(this, words.slice(1), nowMs);
  }

  #expire(nowMs: number): void {
    for (const [key, at] of this.#expiries) if (at <= nowMs) this.remove(key);
  }

  keys(): Bytes[] {
    return [...this.#values.keys()];
  }

  get(key: Bytes): Value | undefined {
    return this.#values.get(key);
  }

  /** The value of a type, made if missing; 'wrong type' if the key holds another. */
  open<T extends Value['type']>(
    key: Bytes,
    empty: () => ValueOf<T>,
    type: T,
  ): ValueOf<T> | 'wrong type' {
    const value = this.#values.get(key);
    if (!value) {
      const fresh = empty();
      this.#values.set(key, fresh);
      return fresh;
    }
    return value.type === type ? (value as ValueOf<T>) : 'wrong type';
  }

  set(key: Bytes, value: Value): void {
    this.#values.set(key, value);
    this.#expiries.delete(key);
    this.changes++;
  }

  remove(key: Bytes): boolean {
    this.#expiries.delete(key);
    return this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
    this.#expiries.clear();
    this.changes++;
  }

  expireAt(key: Bytes, at: number | undefined): void {
    if (at === undefined) this.#expiries.delete(key);
    else this.#expiries.set(key, at);
  }

  expiry(key: Bytes): number | undefined {
    return this.#expiries.get(key);
  }
}

interface Command {
  readonly least: number;
  readonly most: number;
  run(db: Database, args: readonly Bytes[], nowMs: number): Reply;
}

const ANY = Number.POSITIVE_INFINITY;

function command(least: number, most: number, run: Command['run']): Command {
  return { least, most, run };
}

const newList = (): ValueOf<'list'> => ({ type: 'list', items: [] });
const newSet = (): ValueOf<'set'> => ({ type: 'set', members: new Set() });
const newHash = (): ValueOf<'hash'> => ({ type: 'hash', fields: new Map() });

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'ping',
    command(0, 1, (_, [text]) =>
      text === undefined ? { kind: 'status', text: 'PONG' } : bulk(text),
    ),
  ],
  ['echo', command(1, 1, (_, [text]) => bulk(text))],
  [
    'select',
    command(1, 1, (_, [index]) => (index === '0' ? OK : error('ERR DB index is out of range'))),
  ],
  ['command', command(0, ANY, () => array([]))],
  ['client', command(1, ANY, () => OK)],
  ['dbsize', command(0, 0, (db) => integer(db.size))],
  ['flushall', command(0, 1, flush)],
  ['flushdb', command(0, 1, flush)],
  ['set', command(2, ANY, setString)],
  [
    'setnx',
    command(2, 2, (db, [key = '', value = ''], now) => {
      if (db.get(key)) return integer(0);
      setString(db, [key, value], now);
      return integer(1);
    }),
  ],
  [
    'setex',
    command(3, 3, (db, [key = '', seconds = '', value = ''], now) =>
      setString(db, [key, value, 'EX', seconds], now),
    ),
  ],
  ['get', command(1, 1, (db, [key = '']) => withString(db, key, (text) => bulk(text), NIL))],
  ['getset', command(2, 2, getSet)],
  [
    'mget',
    command(1, ANY, (db, keys) => ({
      kind: 'array',
      items: keys.map((key) => withString(db, key, (text) => bulk(text), NIL)),
    })),
  ],
  ['mset', command(2, ANY, setMany)],
  [
    'strlen',
    command(1, 1, (db, [key = '']) =>
      withString(db, key, (text) => integer(text.length), integer(0)),
    ),
  ],
  ['append', command(2, 2, append)],
  ['incr', command(1, 1, (db, [key = '']) => increment(db, key, 1))],
  ['decr', command(1, 1, (db, [key = '']) => increment(db, key, -1))],
  ['incrby', command(2, 2, (db, [key = '', by = '']) => incrementBy(db, key, by, 1))],
  ['decrby', command(2, 2, (db, [key = '', by = '']) => incrementBy(db, key, by, -1))],
  ['del', command(1, ANY, removeKeys)],
  ['unlink', command(1, ANY, removeKeys)],
  ['exists', command(1, ANY, (db, keys) => integer(keys.filter((key) => db.get(key)).length))],
  [
    'type',
    command(1, 1, (db, [key = '']) => ({ kind: 'status', text: db.get(key)?.type ?? 'none' })),
  ],
  [
    'keys',
    command(1, 1, (db, [pattern = '']) =>
      array(db.keys().filter((key) => globMatches(pattern, key))),
    ),
  ],
  [
    'expire',
    command(2, 3, (db, [key = '', seconds = ''], now) =>
      expire(db, key, Number(seconds) * 1000, now),
    ),
  ],
  ['pexpire', command(2, 3, (db, [key = '', ms = ''], now) => expire(db, key, Number(ms), now))],
  ['ttl', command(1, 1, (db, [key = ''], now) => timeToLive(db, key, now, 1000))],
  ['pttl', command(1, 1, (db, [key = ''], now) => timeToLive(db, key, now, 1))],
  ['persist', command(1, 1, persist)],
  ['lpush', command(2, ANY, (db, [key = '', ...items]) => push(db, key, items, 'left'))],
  ['rpush', command(2, ANY, (db, [key = '', ...items]) => push(db, key, items, 'right'))],
  ['lpop', command(1, 1, (db, [key = '']) => pop(db, key, 'left'))],
  ['rpop', command(1, 1, (db, [key = '']) => pop(db, key, 'right'))],
  [
    'llen',
    command(1, 1, (db, [key = '']) =>
      read(db, key, 'list', ({ items }) => integer(items.length), integer(0)),
    ),
  ],
  ['lrange', command(3, 3, range)],
  ['sadd', command(2, ANY, addMembers)],
  ['srem', command(2, ANY, removeMembers)],
  [
    'smembers',
    command(1, 1, (db, [key = '']) =>
      read(db, key, 'set', ({ members }) => array([...members]), array([])),
    ),
  ],
  [
    'sismember',
    command(2, 2, (db, [key = '', member = '']) =>
      read(db, key, 'set', ({ members }) => integer(members.has(member) ? 1 : 0), integer(0)),
    ),
  ],
  [
    'scard',
    command(1, 1, (db, [key = '']) =>
      read(db, key, 'set', ({ members }) => integer(members.size), integer(0)),
    ),
  ],
  ['hset', command(3, ANY, setFields)],
  [
    'hget',
    command(2, 2, (db, [key = '', field = '']) =>
      read(db, key, 'hash', ({ fields }) => bulk(fields.get(field)), NIL),
    ),
  ],
  ['hdel', command(2, ANY, removeFields)],
  [
    'hgetall',
    command(1, 1, (db, [key = '']) =>
      read(db, key, 'hash', ({ fields }) => array([...fields].flat()), array([])),
    ),
  ],
  [
    'hkeys',
    command(1, 1, (db, [key = '']) =>
      read(db, key, 'hash', ({ fields }) => array([...fields.keys()]), array([])),
    ),
  ],
  [
    'hlen',
    command(1, 1, (db, [key = '']) =>
      read(db, key, 'hash', ({ fields }) => integer(fields.size), integer(0)),
    ),
  ],
]);

function flush(db: Database): Reply {
  db.clear();
  return OK;
}

function setString(db: Database, args: readonly Bytes[], nowMs: number): Reply {
  const [key = '', text = '', ...flags] = args;
  let expiresAt: number | undefined;
  for (let i = 0; i < flags.length; i++) {
    const flag = (flags[i] ?? '').toUpperCase();
    if (flag === 'NX' && db.get(key)) return NIL;
    if (flag === 'XX' && !db.get(key)) return NIL;
    if (flag === 'EX' || flag === 'PX') {
      const amount = Number(flags[++i]);
      if (!Number.isInteger(amount)) return NOT_AN_INTEGER;
      if (amount <= 0) return error("ERR invalid expire time in 'set' command");
      expiresAt = nowMs + amount * (flag === 'EX' ? 1000 : 1);
    } else if (flag !== 'NX' && flag !== 'XX') return SYNTAX;
  }
  db.set(key, { type: 'string', text });
  if (expiresAt !== undefined) db.expireAt(key, expiresAt);
  return OK;
}

function setMany(db: Database, args: readonly Bytes[]): Reply {
  if (args.length % 2 !== 0) return error("ERR wrong number of arguments for 'mset' command");
  for (let i = 0; i < args.length; i += 2) {
    db.set(args[i] ?? '', { type: 'string', text: args[i + 1] ?? '' });
  }
  return OK;
}

function getSet(db: Database, [key = '', text = '']: readonly Bytes[]): Reply {
  const before = withString(db, key, (value) => bulk(value), NIL);
  if (before.kind !== 'error') db.set(key, { type: 'string', text });
  return before;
}

function append(db: Database, [key = '', more = '']: readonly Bytes[]): Reply {
  const value = db.open(key, () => ({ type: 'string', text: '' }), 'string');
  if (value === 'wrong type') return WRONG_TYPE;
  value.text += more;
  db.changes++;
  return integer(value.text.length);
}

function increment(db: Database, key: Bytes, by: number): Reply {
  const value = db.open(key, () => ({ type: 'string', text: '0' }), 'string');
  if (value === 'wrong type') return WRONG_TYPE;
  if (!/^-?\d{1,18}$/.test(value.text)) return NOT_AN_INTEGER;
  value.text = String(Number(value.text) + by);
  db.changes++;
  return integer(Number(value.text));
}

function incrementBy(db: Database, key: Bytes, by: Bytes, sign: number): Reply {
  return /^-?\d+$/.test(by) ? increment(db, key, sign * Number(by)) : NOT_AN_INTEGER;
}

function removeKeys(db: Database, keys: readonly Bytes[]): Reply {
  const removed = keys.filter((key) => db.remove(key)).length;
  db.changes += removed;
  return integer(removed);
}

function expire(db: Database, key: Bytes, ms: number, nowMs: number): Reply {
  if (!Number.isFinite(ms)) return NOT_AN_INTEGER;
  if (!db.get(key)) return integer(0);
  if (ms <= 0) db.remove(key);
  else db.expireAt(key, nowMs + ms);
  return integer(1);
}

function timeToLive(db: Database, key: Bytes, nowMs: number, unitMs: number): Reply {
  if (!db.get(key)) return integer(-2);
  const at = db.expiry(key);
  return integer(at === undefined ? -1 : Math.round((at - nowMs) / unitMs));
}

function persist(db: Database, [key = '']: readonly Bytes[]): Reply {
  const had = db.expiry(key) !== undefined;
  db.expireAt(key, undefined);
  return integer(had ? 1 : 0);
}

function withString(db: Database, key: Bytes, then: (text: Bytes) => Reply, missing: Reply): Reply {
  return read(db, key, 'string', ({ text }) => then(text), missing);
}

function read<T extends Value['type']>(
  db: Database,
  key: Bytes,
  type: T,
  then: (value: ValueOf<T>) => Reply,
  missing: Reply,
): Reply {
  const value = db.get(key);
  if (!value) return missing;
  return value.type === type ? then(value as ValueOf<T>) : WRONG_TYPE;
}

function push(db: Database, key: Bytes, items: readonly Bytes[], side: 'left' | 'right'): Reply {
  const list = db.open(key, newList, 'list');
  if (list === 'wrong type') return WRONG_TYPE;
  for (const item of items) {
    if (side === 'left') list.items.unshift(item);
    else list.items.push(item);
  }
  db.changes += items.length;
  return integer(list.items.length);
}

function pop(db: Database, key: Bytes, side: 'left' | 'right'): Reply {
  return read(
    db,
    key,
    'list',
    ({ items }) => {
      const item = side === 'left' ? items.shift() : items.pop();
      if (items.length === 0) db.remove(key);
      db.changes++;
      return bulk(item);
    },
    NIL,
  );
}

function range(db: Database, [key = '', from = '', to = '']: readonly Bytes[]): Reply {
  if (!/^-?\d+$/.test(from) || !/^-?\d+$/.test(to)) return NOT_AN_INTEGER;
  return read(
    db,
    key,
    'list',
    ({ items }) => {
      const at = (index: number) => (index < 0 ? Math.max(0, items.length + index) : index);
      return array(
        items.slice(
          at(Number(from)),
          Number(to) < 0 ? items.length + Number(to) + 1 : Number(to) + 1,
        ),
      );
    },
    array([]),
  );
}

function addMembers(db: Database, [key = '', ...members]: readonly Bytes[]): Reply {
  const set = db.open(key, newSet, 'set');
  if (set === 'wrong type') return WRONG_TYPE;
  const before = set.members.size;
  for (const member of members) set.members.add(member);
  db.changes++;
  return integer(set.members.size - before);
}

function removeMembers(db: Database, [key = '', ...members]: readonly Bytes[]): Reply {
  return read(
    db,
    key,
    'set',
    (set) => {
      const removed = members.filter((member) => set.members.delete(member)).length;
      if (set.members.size === 0) db.remove(key);
      db.changes += removed;
      return integer(removed);
    },
    integer(0),
  );
}

function setFields(db: Database, [key = '', ...pairs]: readonly Bytes[]): Reply {
  if (pairs.length % 2 !== 0) return error("ERR wrong number of arguments for 'hset' command");
  const hash = db.open(key, newHash, 'hash');
  if (hash === 'wrong type') return WRONG_TYPE;
  const before = hash.fields.size;
  for (let i = 0; i < pairs.length; i += 2) hash.fields.set(pairs[i] ?? '', pairs[i + 1] ?? '');
  db.changes++;
  return integer(hash.fields.size - before);
}

function removeFields(db: Database, [key = '', ...names]: readonly Bytes[]): Reply {
  return read(
    db,
    key,
    'hash',
    (hash) => {
      const removed = names.filter((name) => hash.fields.delete(name)).length;
      if (hash.fields.size === 0) db.remove(key);
      db.changes += removed;
      return integer(removed);
    },
    integer(0),
  );
}

function globMatches(pattern: Bytes, key: Bytes): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^]*')
    .replace(/\?/g, '[^]');
  try {
    return new RegExp(`^${source}$`).test(key);
  } catch {
    return false;
  }
}
