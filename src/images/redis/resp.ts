import type { Bytes } from '../../runtime/bytes';

/** A reply of the Redis protocol (RESP2). */
export type Reply =
  | { readonly kind: 'status'; readonly text: Bytes }
  | { readonly kind: 'error'; readonly text: Bytes }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'bulk'; readonly value: Bytes | null }
  | { readonly kind: 'array'; readonly items: readonly Reply[] | null };

export const OK: Reply = { kind: 'status', text: 'OK' };
export const NIL: Reply = { kind: 'bulk', value: null };

export function integer(value: number): Reply {
  return { kind: 'integer', value };
}

export function bulk(value: Bytes | null | undefined): Reply {
  return { kind: 'bulk', value: value ?? null };
}

export function array(values: readonly Bytes[]): Reply {
  return { kind: 'array', items: values.map(bulk) };
}

export function error(text: Bytes): Reply {
  return { kind: 'error', text };
}

/** A reply as it goes over the wire. */
export function encodeReply(reply: Reply): Bytes {
  switch (reply.kind) {
    case 'status':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'bulk':
      return reply.value === null ? '$-1\r\n' : `$${reply.value.length}\r\n${reply.value}\r\n`;
    case 'array':
      if (reply.items === null) return '*-1\r\n';
      return `*${reply.items.length}\r\n${reply.items.map(encodeReply).join('')}`;
  }
}

/** A command as a client sends it. */
export function encodeCommand(words: readonly Bytes[]): Bytes {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** A value read from the front of the bytes, and where it ends; undefined while it is incomplete. */
export interface Parsed<T> {
  readonly value: T;
  readonly end: number;
}

/** A client's command: an array of bulk strings, or an inline command. 'malformed' breaks the connection. */
export function parseCommand(bytes: Bytes): Parsed<readonly Bytes[]> | 'malformed' | undefined {
  if (bytes === '') return undefined;
  if (!bytes.startsWith('*')) {
    const end = bytes.indexOf('\n');
    if (end < 0) return undefined;
    return { value: bytes.slice(0, end).trim().split(/\s+/).filter(Boolean), end: end + 1 };
  }
  const reply = parseReply(bytes, 0);
  if (!reply) return undefined;
  if (reply.value.kind !== 'array') return 'malformed';
  const words: Bytes[] = [];
  for (const item of reply.value.items ?? []) {
    if (item.kind !== 'bulk' || item.value === null) return 'malformed';
    words.push(item.value);
  }
  return { value: words, end: reply.end };
}

export function parseReply(bytes: Bytes, at: number): Parsed<Reply> | undefined {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const line = bytes.slice(at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (bytes[at]) {
    case '+':
      return { value: { kind: 'status', text: line }, end };
    case '-':
      return { value: error(line), end };
    case ':':
      return { value: integer(Number(line)), end };
    case '$': {
      const length = Number(line);
      if (length < 0) return { value: NIL, end };
      if (bytes.length < end + length + 2) return undefined;
      return { value: bulk(bytes.slice(end, end + length)), end: end + length + 2 };
    }
    case '*': {
      const items: Reply[] = [];
      let next = end;
      for (let i = 0; i < Number(line); i++) {
        const item = parseReply(bytes, next);
        if (!item) return undefined;
        items.push(item.value);
        next = item.end;
      }
      return { value: { kind: 'array', items: Number(line) < 0 ? null : items }, end: next };
    }
    default:
      return { value: error('ERR Protocol error'), end: bytes.length };
  }
}
