import type { Bytes } from '../../runtime/bytes';

/** A text in single quotes, so that the shell reads it back as it is. */
export function singleQuoted(text: Bytes): Bytes {
  let quoted = '';
  let at = 0;
  do {
    const quote = text.indexOf("'", at);
    const end = quote < 0 ? text.length : quote;
    quoted += `'${text.slice(at, end)}'`;
    at = end;
    let quotes = '';
    while (text[at] === "'") {
      quotes += "'";
      at++;
    }
    if (quotes !== '') quoted += `"${quotes}"`;
  } while (at < text.length);
  return quoted;
}

/** In single quotes only if it needs them: what `set -x` shows. */
export function quotedIfNeeded(text: Bytes): Bytes {
  return /^[+,\-./0-9:@A-Z\]^_a-z]*$/.test(text) ? text : singleQuoted(text);
}
