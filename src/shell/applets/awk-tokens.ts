/**
 * Kinds of tokens, one bit each, in the order in which busybox awk tries them: what a character means
 * depends on which kinds may come next.
 */
export const Kind = {
  leftParenthesis: 1 << 0,
  rightParenthesis: 1 << 1,
  regex: 1 << 2,
  redirection: 1 << 3,
  postfix: 1 << 4,
  prefix: 1 << 5,
  binary: 1 << 6,
  in: 1 << 7,
  comma: 1 << 8,
  pipe: 1 << 9,
  sign: 1 << 10,
  rightBracket: 1 << 11,
  leftBrace: 1 << 12,
  rightBrace: 1 << 13,
  semicolon: 1 << 14,
  newline: 1 << 15,
  statement: 1 << 16,
  while: 1 << 17,
  else: 1 << 18,
  builtin: 1 << 19,
  length: 1 << 20,
  getline: 1 << 21,
  function: 1 << 22,
  begin: 1 << 23,
  end: 1 << 24,
  endOfText: 1 << 25,
  variable: 1 << 26,
  array: 1 << 27,
  call: 1 << 28,
  string: 1 << 29,
  number: 1 << 30,
} as const;

/** Operators between two operands. */
export const BINARY = Kind.binary | Kind.comma | Kind.pipe | Kind.in;

export const PREFIX = Kind.prefix | Kind.sign;

export const OPERAND =
  Kind.variable |
  Kind.array |
  Kind.call |
  Kind.builtin |
  Kind.length |
  Kind.getline |
  Kind.leftParenthesis |
  Kind.string |
  Kind.number;

export const LEFT_VALUE = Kind.variable | Kind.array;

const STATEMENT = Kind.statement | Kind.while;

/** Words, which are tried even where they may not come. */
export const WORD =
  Kind.in |
  STATEMENT |
  Kind.else |
  Kind.builtin |
  Kind.length |
  Kind.getline |
  Kind.function |
  Kind.begin |
  Kind.end;

/** Newlines after these do not count. */
export const OPEN_LINE = BINARY | Kind.leftBrace | Kind.rightBrace | Kind.semicolon | Kind.newline;

/** What an expression may begin with. */
export const EXPRESSION = OPERAND | PREFIX | Kind.regex;

/** What a statement may begin with. */
export const GROUP = EXPRESSION | STATEMENT | Kind.semicolon | Kind.newline | Kind.leftBrace;

/** Between one of these and one of `CONCATENATES` stands an invisible operator. */
export const CONCATENATED =
  Kind.variable |
  Kind.rightBracket |
  Kind.rightParenthesis |
  Kind.string |
  Kind.number |
  Kind.postfix |
  Kind.length;

export const CONCATENATES = OPERAND | PREFIX;

export type OperatorName =
  | 'assign'
  | 'compare'
  | 'change'
  | 'arithmetic'
  | 'match'
  | 'and'
  | 'or'
  | 'ternary'
  | 'colon'
  | 'in'
  | 'comma'
  | 'pipe getline'
  | 'unary'
  | 'increment'
  | 'field'
  | 'concatenation';

/**
 * What an operator does. The smaller the precedence the tighter it binds; even ones group from right to
 * left, odd ones from left to right.
 */
export interface Operator {
  readonly name: OperatorName;
  readonly symbol: string;
  readonly precedence: number;
}

function operator(name: OperatorName, symbol: string, precedence: number): Operator {
  return { name, symbol, precedence };
}

export const LESS = operator('compare', '<', 39);
export const TERNARY = operator('ternary', '?', 64);
/** A `?` binds its left side tighter than it is bound itself. */
export const PLACED_TERNARY = operator('ternary', '?', 70);
export const COLON = operator('colon', ':', 67);
export const IN = operator('in', 'in', 49);
export const COMMA = operator('comma', ',', 80);
export const PIPE_GETLINE = operator('pipe getline', '|', 37);
export const CONCATENATION = operator('concatenation', '', 35);
/** The `<` of `getline <file`, which takes the place of a concatenation with nothing. */
export const INPUT_FILE = operator('concatenation', '', 37);
export const PRE_INCREMENT = operator('increment', '++x', 9);
export const PRE_DECREMENT = operator('increment', '--x', 9);

/** What a token may stand for beside its kind: an operator, or a word's name. */
export interface Meaning {
  readonly text: string;
  readonly operator?: Operator;
}

const plain = (...texts: string[]): Meaning[] => texts.map((text) => ({ text }));

const assigned = (symbol: string): Meaning => ({
  text: `${symbol}=`,
  operator: operator('change', symbol, 74),
});

const symbol = (text: string, name: OperatorName, precedence: number, as = text): Meaning => ({
  text,
  operator: operator(name, as, precedence),
});

/** Symbols and words in the order of trying: by kind, and among one kind as listed. */
export const TOKENS: readonly (readonly [kind: number, meanings: readonly Meaning[]])[] = [
  [Kind.leftParenthesis, plain('(')],
  [Kind.rightParenthesis, plain(')')],
  [Kind.regex, plain('/')],
  [Kind.redirection, plain('>>', '>', '|')],
  [Kind.postfix, [symbol('++', 'increment', 9, 'x++'), symbol('--', 'increment', 9, 'x--')]],
  [
    Kind.prefix,
    [
      { text: '++', operator: PRE_INCREMENT },
      { text: '--', operator: PRE_DECREMENT },
      symbol('$', 'field', 5),
    ],
  ],
  [
    Kind.binary,
    [
      symbol('==', 'compare', 39),
      symbol('=', 'assign', 74),
      assigned('+'),
      assigned('-'),
      assigned('*'),
      assigned('/'),
      assigned('%'),
      assigned('^'),
      symbol('+', 'arithmetic', 29),
      symbol('-', 'arithmetic', 29),
      { text: '**=', operator: operator('change', '^', 74) },
      symbol('**', 'arithmetic', 15, '^'),
      symbol('/', 'arithmetic', 25),
      symbol('%', 'arithmetic', 25),
      symbol('^', 'arithmetic', 15),
      symbol('*', 'arithmetic', 25),
      symbol('!=', 'compare', 39),
      symbol('>=', 'compare', 39),
      symbol('<=', 'compare', 39),
      symbol('>', 'compare', 39),
      { text: '<', operator: LESS },
      symbol('!~', 'match', 45),
      symbol('~', 'match', 45),
      symbol('&&', 'and', 55),
      symbol('||', 'or', 59),
      { text: '?', operator: TERNARY },
      { text: ':', operator: COLON },
    ],
  ],
  [Kind.in, [{ text: 'in', operator: IN }]],
  [Kind.comma, [{ text: ',', operator: COMMA }]],
  [Kind.pipe, [{ text: '|', operator: PIPE_GETLINE }]],
  [Kind.sign, [symbol('+', 'unary', 19), symbol('-', 'unary', 19), symbol('!', 'unary', 19)]],
  [Kind.rightBracket, plain(']')],
  [Kind.leftBrace, plain('{')],
  [Kind.rightBrace, plain('}')],
  [Kind.semicolon, plain(';')],
  [Kind.newline, plain('\n')],
  [
    Kind.statement,
    plain(
      ...['if', 'do', 'for', 'break', 'continue', 'delete', 'print'],
      ...['printf', 'next', 'nextfile', 'return', 'exit'],
    ),
  ],
  [Kind.while, plain('while')],
  [Kind.else, plain('else')],
  [
    Kind.builtin,
    plain(
      ...['and', 'compl', 'lshift', 'or', 'rshift', 'xor', 'close', 'system', 'fflush', 'atan2'],
      ...['cos', 'exp', 'int', 'log', 'rand', 'sin', 'sqrt', 'srand', 'gensub', 'gsub', 'index'],
      ...['match', 'split', 'sprintf', 'sub', 'substr', 'systime', 'strftime', 'mktime'],
      ...['tolower', 'toupper'],
    ),
  ],
  [Kind.length, plain('length')],
  [Kind.getline, plain('getline')],
  [Kind.function, plain('func', 'function')],
  [Kind.begin, plain('BEGIN')],
  [Kind.end, plain('END')],
];
