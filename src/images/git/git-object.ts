import type { Bytes } from '../../runtime/bytes';
import { Sha1 } from '../../shell/applets/digests';

export type ObjectType = 'commit' | 'tree' | 'blob';

/** An object of a repository; its name is the SHA-1 of type, length and content, as in git. */
export interface GitObject {
  readonly type: ObjectType;
  readonly content: Bytes;
}

export interface TreeEntry {
  /** `100644`, `100755`, `40000` … */
  readonly mode: string;
  readonly name: Bytes;
  readonly id: string;
}

export interface Person {
  readonly name: Bytes;
  readonly email: Bytes;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  /** Unix seconds, UTC. */
  readonly time: number;
  readonly message: Bytes;
}

/** Length of an object's name in hexadecimal digits. */
export const ID_DIGITS = 40;
/** Digits that git shows of an id where it abbreviates it. */
export const SHORT_DIGITS = 7;

export function sha1(bytes: Bytes): string {
  const digest = new Sha1();
  digest.update(bytes);
  return digest.hex();
}

/** The bytes that an object's name is the digest of, and that are stored. */
export function framed({ type, content }: GitObject): Bytes {
  return `${type} ${content.length}\0${content}`;
}

export function idOf(object: GitObject): string {
  return sha1(framed(object));
}

export function blob(content: Bytes): GitObject {
  return { type: 'blob', content };
}

/** Entries in git's order: a folder sorts as if its name ended in a slash. */
export function encodeTree(entries: readonly TreeEntry[]): GitObject {
  const key = ({ mode, name }: TreeEntry) => (mode === '40000' ? `${name}/` : name);
  const sorted = [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const content = sorted.map(({ mode, name, id }) => `${mode} ${name}\0${fromHex(id)}`).join('');
  return { type: 'tree', content };
}

export function decodeTree(content: Bytes): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf('\0', at);
    const [mode = '', ...name] = content.slice(at, end).split(' ');
    at = end + 1 + ID_DIGITS / 2;
    entries.push({ mode, name: name.join(' '), id: toHex(content.slice(end + 1, at)) });
  }
  return entries;
}

export function encodeCommit({ tree, parents, author, time, message }: Commit): GitObject {
  const person = `${author.name} <${author.email}> ${time} +0000`;
  const head = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
  ];
  return { type: 'commit', content: `${head.join('\n')}\n\n${message}` };
}

export function decodeCommit(content: Bytes): Commit {
  const end = content.indexOf('\n\n');
  const lines = content.slice(0, end).split('\n');
  const values = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const author = /^(.*) <(.*)> (\d+)/.exec(values('author')[0] ?? '');
  return {
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: { name: author?.[1] ?? '', email: author?.[2] ?? '' },
    time: Number(author?.[3] ?? 0),
    message: content.slice(end + 2),
  };
}

export function fromHex(digits: string): Bytes {
  let bytes = '';
  for (let i = 0; i < digits.length; i += 2) {
    bytes += String.fromCharCode(Number.parseInt(digits.slice(i, i + 2), 16));
  }
  return bytes;
}

export function toHex(bytes: Bytes): string {
  let digits = '';
  for (let i = 0; i < bytes.length; i++) {
    digits += bytes.charCodeAt(i).toString(16).padStart(2, '0');
  }
  return digits;
}
