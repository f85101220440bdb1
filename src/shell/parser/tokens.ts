import type { Bytes } from '../../runtime/bytes';

/** Kinds of token; keywords are tokens of their own. */
export type Token =
  | 'end of file'
  | 'newline'
  | 'redirection'
  | 'word'
  | ';'
  | '&'
  | '&&'
  | '||'
  | '|'
  /** bash: `2>&1 |`. */
  | '|&'
  | '('
  | ')'
  | ';;'
  | Keyword;

export type Keyword =
  | '!'
  | 'case'
  | 'do'
  | 'done'
  | 'elif'
  | 'else'
  | 'esac'
  | 'fi'
  | 'for'
  | 'function'
  | 'if'
  | 'in'
  | 'then'
  | 'until'
  | 'while'
  | '{'
  | '}';

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  '!',
  'case',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'for',
  'function',
  'if',
  'in',
  'then',
  'until',
  'while',
  '{',
  '}',
]);

export function isKeyword(text: Bytes): text is Keyword {
  return KEYWORDS.has(text);
}

/** Tokens that cannot begin a command but end a list of them. */
export const LIST_ENDS: ReadonlySet<Token> = new Set<Token>([
  'end of file',
  ')',
  ';;',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'then',
  '}',
]);

const NAMED_PLAINLY: ReadonlySet<Token> = new Set<Token>([
  'end of file',
  'newline',
  'redirection',
  'word',
]);

/** How messages name a token: `end of file`, `"done"`. */
export function tokenName(token: Token): string {
  return NAMED_PLAINLY.has(token) ? token : `"${token}"`;
}
