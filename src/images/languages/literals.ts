import type { Bytes } from '../../runtime/bytes';

/** One line of a program that is nothing but literal output, waits and an end. */
export type Step =
  | { readonly kind: 'print'; readonly text: Bytes }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'nothing' };

/** A string or number literal, as it is printed; undefined if it is anything else. */
export function literal(text: Bytes): Bytes | undefined {
  const trimmed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return trimmed;
  const match = /^(["'])((?:\\.|(?!\1)[^\\\n])*)\1$/.exec(trimmed);
  return match?.[2]?.replace(/\\(.)/g, (_, letter: string) => {
    return { n: '\n', t: '\t', r: '\r', '0': '\0' }[letter] ?? letter;
  });
}

/** Literals between commas, with a blank between each two of them. */
export function literals(text: Bytes): Bytes | undefined {
  if (text.trim() === '') return '';
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^,"'])+/g) ?? [];
  const values = parts.map(literal);
  return values.includes(undefined) ? undefined : values.join(' ');
}

/** The statements of a text, parted by semicolons and newlines outside of quotes. */
export function statements(text: Bytes): Bytes[] {
  return (text.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^;\n"'])+/g) ?? []).filter(
    (statement) => statement.trim() !== '',
  );
}
