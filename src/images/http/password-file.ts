import type { Bytes } from '../../runtime/bytes';
import { type Digest, Md5, Sha1 } from '../../shell/applets/digests';

/** Whether a password is the one that a line of an htpasswd file stores; never for other kinds of hash. */
export function passwordMatches(password: Bytes, stored: Bytes): boolean {
  const scheme = /^(\{[A-Z]+\}|\$[a-z0-9]+\$)/.exec(stored)?.[1] ?? '';
  const rest = stored.slice(scheme.length);
  switch (scheme) {
    case '{PLAIN}':
      return rest === password;
    case '{SHA}':
      return rest === btoa(digest(new Sha1(), password));
    case '{SSHA}':
      return saltedShaMatches(password, rest);
    case '$apr1$':
    case '$1$':
      return stored === md5Crypt(password, rest.split('$')[0] ?? '', scheme);
    default:
      return false;
  }
}

function digest(kind: Digest, bytes: Bytes): Bytes {
  kind.update(bytes);
  return kind.hex().replace(/../g, (hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const SHA1_BYTES = 20;

function saltedShaMatches(password: Bytes, encoded: Bytes): boolean {
  try {
    const stored = atob(encoded);
    const salt = stored.slice(SHA1_BYTES);
    return stored.slice(0, SHA1_BYTES) === digest(new Sha1(), password + salt);
  } catch {
    return false;
  }
}

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const MD5_ROUNDS = 1000;
const MOST_SALT = 8;
/** Which three bytes of the digest make four characters, in the order of the text. */
const MD5_ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

/** MD5-crypt, as `htpasswd` makes it (`$apr1$`) and crypt(3) does (`$1$`). Models apr_md5.c. */
export function md5Crypt(password: Bytes, givenSalt: Bytes, magic: Bytes): Bytes {
  const md5 = (bytes: Bytes) => digest(new Md5(), bytes);
  const salt = givenSalt.slice(0, MOST_SALT);
  const inner = md5(password + salt + password);
  let text = password + magic + salt;
  for (let left = password.length; left > 0; left -= 16) text += inner.slice(0, Math.min(16, left));
  for (let bits = password.length; bits > 0; bits >>= 1) {
    text += bits & 1 ? '\0' : password.slice(0, 1);
  }
  let state = md5(text);
  for (let round = 0; round < MD5_ROUNDS; round++) {
    let part = round & 1 ? password : state;
    if (round % 3) part += salt;
    if (round % 7) part += password;
    state = md5(part + (round & 1 ? state : password));
  }
  const byte = (i: number) => state.charCodeAt(i);
  const groups = MD5_ORDER.map(([a, b, c]) =>
    sixBits((byte(a) << 16) | (byte(b) << 8) | byte(c), 4),
  );
  return `${magic}${salt}$${groups.join('')}${sixBits(byte(11), 2)}`;
}

function sixBits(value: number, characters: number): Bytes {
  let text = '';
  for (let i = 0; i < characters; i++) text += ALPHABET[(value >> (6 * i)) & 63];
  return text;
}

/** `user:password` of a Basic authorization header; undefined when there is none. */
export function basicCredentials(
  header: Bytes | undefined,
): { readonly user: Bytes; readonly password: Bytes } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  try {
    const text = atob(encoded);
    const colon = text.indexOf(':');
    return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}
