/** In which styles a text may be written. Models go-yaml v2 yaml_emitter_analyze_scalar. */
export interface ScalarStyles {
  readonly plain: boolean;
  readonly singleQuoted: boolean;
  readonly block: boolean;
  /** It holds characters that only escapes can show. */
  readonly special: boolean;
}

const FIRST_INDICATORS = '#,[]{}&*!|>\'"%@`';
const BREAK = /[\n\r\x85\u2028\u2029]/;

export function analyzeScalar(text: string): ScalarStyles {
  const special = !isPrintable(text);
  const leading = /^[ \n\r]/.test(text);
  const trailingSpace = text.endsWith(' ');
  const breaks = BREAK.test(text);
  const breakSpace = /\n /.test(text);
  const spaceBreak = / \n/.test(text);
  const plain =
    !special &&
    !leading &&
    !trailingSpace &&
    !breaks &&
    !/^(?:---|\.\.\.)/.test(text) &&
    !hasIndicators(text);
  return {
    plain,
    singleQuoted: !breakSpace && !spaceBreak && !special,
    block: !trailingSpace && !spaceBreak && !special,
    special,
  };
}

/** Characters that mean something where they stand. */
function hasIndicators(text: string): boolean {
  const first = text.charAt(0);
  if (FIRST_INDICATORS.includes(first)) return true;
  if (/^[-?:](?:[ \t]|$)/.test(text)) return true;
  return /.:(?:[ \t]|$)/s.test(text) || /[ \t\n]#/.test(text);
}

/** Characters beyond the basic plane count as unprintable, as they do in go-yaml v2. */
function isPrintable(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    const printable =
      code === 0x0a ||
      (code >= 0x20 && code <= 0x7e) ||
      (code >= 0xa0 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
    if (!printable) return false;
  }
  return true;
}
