/** Text as Go's strconv.Quote writes it: control characters and what cannot be printed escaped. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const char of text) quoted += quotedCharacter(char);
  return `${quoted}"`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

function quotedCharacter(char: string): string {
  const code = char.codePointAt(0) as number;
  if (code >= 0x20 && code < 0x7f) return SHORT[char] ?? char;
  const short = SHORT[char];
  if (short !== undefined) return short;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  if (PRINTABLE.test(char)) return char;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
