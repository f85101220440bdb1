import type { Bytes } from '../../runtime/bytes';
import type {
  AndOr,
  Assignment,
  Case,
  FileRedirectionKind,
  HereDocument,
  Node,
  Redirection,
  SimpleCommand,
  Word,
} from '../ast';
import { NESTING_OF_SYNTAX } from '../limits';
import { ScriptSyntaxError } from './script-syntax-error';
import { type Alias, END, Source } from './source';
import { isKeyword, LIST_ENDS, type Token, tokenName } from './tokens';
import { makeWord, WordBuilder } from './word-builder';
import { type CommandReader, isBlank, WordReader } from './word-reader';

/** What a parser asks the shell that it reads for. */
export interface ParserContext {
  alias(name: Bytes): Alias | undefined;
  /** Line of the command that is being executed: where texts within begin to count. */
  readonly line: number;
}

/** What may be recognised in the next token. */
interface Expecting {
  newlines: boolean;
  keywords: boolean;
  aliases: boolean;
}

interface PendingDocument {
  readonly mark: Bytes;
  readonly stripTabs: boolean;
  readonly literal: boolean;
  readonly document: HereDocument;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const DIGITS = /^[0-9]*$/;
const EMPTY_WORD: Word = { parts: [], literal: undefined, constant: '', quoted: false };

const NOTHING: SimpleCommand = {
  kind: 'simple',
  line: 0,
  assignments: [],
  words: [],
  redirections: [],
};

/** `"$@"`, what a `for` without `in` walks through. */
const ALL_ARGUMENTS = makeWord(
  [{ kind: 'parameter', name: '@', operator: 'plain', colon: false, word: [], quoted: true }],
  true,
);

/**
 * Reads a script one complete command at a time, as ash does. Throws ScriptSyntaxError, and NeedsInput at the
 * end of what has been read so far. Models the grammar of ash.c (list, andor, pipeline, parse_command).
 */
export class Parser implements CommandReader {
  readonly #source: Source;
  readonly #context: ParserContext;
  readonly #words: WordReader;
  #token: Token = 'newline';
  #pushedBack = false;
  #word: WordBuilder = new WordBuilder();
  #redirection: { operator: string; fd: number } = { operator: '<', fd: 0 };
  #expecting: Expecting = { newlines: false, keywords: false, aliases: false };
  #raw = false;
  #documents: PendingDocument[] = [];
  #depth = 0;
  /** Whether the end of the script stands right behind the command that was read last. */
  atEnd = false;

  constructor(source: Source, context: ParserContext) {
    this.#source = source;
    this.#context = context;
    this.#words = new WordReader(source, this);
  }

  /** The next command, null for an empty line, undefined at the end of the script. */
  readCommand(): Node | null | undefined {
    this.#pushedBack = false;
    this.#documents = [];
    this.#depth = 0;
    this.#raw = false;
    this.#words.reset();
    this.atEnd = false;
    const command = this.#list('line');
    this.atEnd = this.#pushedBack && this.#token === 'end of file';
    return command;
  }

  /** Reads the whole text as one word in double quotes. */
  readPrompt(keepEscapedDollar: boolean): Word {
    return this.#words.readPrompt(keepEscapedDollar);
  }

  readSubstitution(): Node | null {
    const documents = this.#documents;
    this.#documents = [];
    const raw = this.#raw;
    this.#raw = false;
    const node = this.#words.outsideHere(() => {
      const list = this.#deeper(() => this.#list('until end')) ?? null;
      if (this.#read() !== ')') this.#unexpected(')');
      this.#readDocuments();
      return list;
    });
    this.#documents = documents;
    this.#raw = raw;
    return node;
  }

  parseBackquoted(text: Bytes): Node | null {
    const source = new Source(text, {
      line: this.#context.line,
      countsLines: this.#source.countsLines,
    });
    const parser = new Parser(source, this.#context);
    parser.#depth = this.#depth + 1;
    if (parser.#depth > NESTING_OF_SYNTAX) this.#fail('nested too deeply');
    const node = parser.#list('until end') ?? null;
    parser.#readDocuments();
    return node;
  }

  #fail(message: string): never {
    throw new ScriptSyntaxError(message, this.#source.line);
  }

  #unexpected(wanted?: Token): never {
    const expecting = wanted === undefined ? '' : ` (expecting ${tokenName(wanted)})`;
    this.#fail(`unexpected ${tokenName(this.#token)}${expecting}`);
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > NESTING_OF_SYNTAX) this.#fail('nested too deeply');
    const result = read();
    this.#depth--;
    return result;
  }

  // Lists ---------------------------------------------------------------------------------------------

  #expectCommand(newlines: boolean): void {
    this.#expecting = { newlines, keywords: true, aliases: true };
  }

  /**
   * Commands with `;`, `&` and newlines between. `line`: up to the end of the line; `until end`: possibly
   * none, up to a token that ends lists; `body`: at least one. Undefined only at the end of a script.
   */
  #list(extent: 'line' | 'until end' | 'body'): Node | null | undefined {
    const wholeLine = extent === 'line';
    let mayEnd = extent === 'until end';
    const commands: Node[] = [];
    for (;;) {
      this.#expectCommand(!wholeLine);
      const token = this.#read();
      if (token === 'newline') {
        this.#readDocuments();
        return inSequence(commands);
      }
      if (token === 'end of file') {
        this.#readDocuments();
        this.#pushBackAs('end of file');
        return commands.length === 0 && wholeLine ? undefined : inSequence(commands);
      }
      this.#pushedBack = true;
      if (mayEnd && LIST_ENDS.has(token)) return inSequence(commands);
      mayEnd = !wholeLine;

      const command = this.#andOr();
      const separator = this.#read();
      commands.push(separator === '&' ? inBackground(command) : command);
      if (separator === 'end of file') {
        this.#readDocuments();
        this.#pushBackAs('end of file');
        return inSequence(commands);
      }
      if (separator === 'newline') this.#pushedBack = true;
      else if (separator !== '&' && separator !== ';') {
        if (wholeLine) this.#unexpected();
        this.#pushedBack = true;
        return inSequence(commands);
      }
    }
  }

  /** A list that is empty only at the script's end, where the token expected behind it is missing, too. */
  #body(): Node {
    return this.#deeper(() => this.#list('body')) ?? NOTHING;
  }

  #andOr(): Node {
    const first = this.#pipeline();
    const rest: AndOr['rest'][number][] = [];
    for (;;) {
      const operator = this.#read();
      if (operator !== '&&' && operator !== '||') {
        this.#pushedBack = true;
        return rest.length === 0 ? first : { kind: 'and or', first, rest };
      }
      this.#expectCommand(true);
      rest.push({ operator, command: this.#pipeline() });
    }
  }

  #pipeline(): Node {
    const negated = this.#read() === '!';
    if (negated) this.#expectCommand(false);
    else this.#pushedBack = true;
    let command = this.#command();
    if (this.#read() === '|') {
      const commands = [command];
      do {
        this.#expectCommand(true);
        commands.push(this.#command());
      } while (this.#read() === '|');
      command = { kind: 'pipeline', commands, background: false };
    }
    this.#pushedBack = true;
    return negated ? { kind: 'not', command } : command;
  }

  // Commands ------------------------------------------------------------------------------------------

  #command(): Node {
    const line = this.#source.line;
    const token = this.#read();
    switch (token) {
      case 'if':
        return this.#withRedirections(this.#if(), line);
      case 'while':
      case 'until': {
        const condition = this.#body();
        this.#expect('do');
        const body = this.#body();
        this.#expect('done');
        return this.#withRedirections({ kind: token, condition, body }, line);
      }
      case 'for':
        return this.#withRedirections(this.#for(line), line);
      case 'case':
        return this.#withRedirections(this.#case(line), line);
      case '(': {
        const body = this.#body();
        this.#expect(')');
        const redirections = this.#redirections();
        return { kind: 'subshell', line, body, redirections };
      }
      case '{': {
        const body = this.#body();
        this.#expect('}');
        return this.#withRedirections(body, line);
      }
      case 'function':
      case 'word':
      case 'redirection':
        this.#pushedBack = true;
        return this.#simple();
      default:
        return this.#unexpected();
    }
  }

  #expect(token: Token): void {
    if (this.#read() !== token) this.#unexpected(token);
  }

  #withRedirections(body: Node, line: number): Node {
    const redirections = this.#redirections();
    return redirections.length > 0 ? { kind: 'redirected', line, body, redirections } : body;
  }

  #redirections(): Redirection[] {
    const redirections: Redirection[] = [];
    this.#expectCommand(false);
    while (this.#read() === 'redirection') redirections.push(this.#redirectionTarget());
    this.#pushedBack = true;
    return redirections;
  }

  #if(): Node {
    const condition = this.#body();
    this.#expect('then');
    const then = this.#body();
    const token = this.#read();
    if (token === 'elif') {
      return { kind: 'if', condition, then, otherwise: this.#deeper(() => this.#if()) };
    }
    let otherwise: Node | undefined;
    if (token === 'else') otherwise = this.#body();
    else this.#pushedBack = true;
    this.#expect('fi');
    return { kind: 'if', condition, then, otherwise };
  }

  #for(line: number): Node {
    const isName = this.#read() === 'word' && !this.#word.quoted && this.#word.onlyText;
    const name = this.#word.text;
    if (!isName || !NAME.test(name)) this.#fail('bad for loop variable');
    this.#expectCommand(true);
    let words: Word[] = [];
    if (this.#read() === 'in') {
      while (this.#read() === 'word') words.push(this.#word.finish());
      if (this.#token !== 'newline' && this.#token !== ';') this.#unexpected();
    } else {
      words = [ALL_ARGUMENTS];
      if (this.#token !== ';') this.#pushedBack = true;
    }
    this.#expectCommand(true);
    this.#expect('do');
    const body = this.#body();
    this.#expect('done');
    return { kind: 'for', line, name, words, body };
  }

  #case(line: number): Node {
    if (this.#read() !== 'word') this.#unexpected('word');
    const subject = this.#word.finish();
    this.#expectCommand(true);
    this.#expect('in');
    const clauses: Case['clauses'][number][] = [];
    this.#expecting = { newlines: true, keywords: true, aliases: false };
    let token = this.#read();
    while (token !== 'esac') {
      if (token === '(') this.#read();
      const patterns = this.#patterns();
      const body = this.#deeper(() => this.#list('until end')) ?? null;
      clauses.push({ patterns, body });
      this.#expecting = { newlines: true, keywords: true, aliases: false };
      token = this.#read();
      if (token !== 'esac') {
        if (token !== ';;') this.#unexpected(';;');
        this.#expecting = { newlines: true, keywords: true, aliases: false };
        token = this.#read();
      }
    }
    return { kind: 'case', line, subject, clauses };
  }

  /** The patterns of one clause; the first token of them has been read, whatever it is. */
  #patterns(): Word[] {
    const patterns: Word[] = [];
    for (;;) {
      patterns.push(this.#word.finish());
      if (this.#read() !== '|') break;
      this.#read();
    }
    if (this.#token !== ')') this.#unexpected(')');
    return patterns;
  }

  #simple(): Node {
    const line = this.#source.line;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    let first = true;
    let inTest = false;
    for (;;) {
      this.#expecting = { newlines: false, keywords: false, aliases: first };
      const token = this.#read();
      if (token === 'function') {
        const definition = this.#functionKeyword(
          words.length + assignments.length + redirections.length,
        );
        if (definition) return definition;
      } else if (token === 'word' || (inTest && (token === '&&' || token === '||'))) {
        const word = token === 'word' ? this.#word.finish() : literalWord(token);
        if (word.literal === '[[') inTest = true;
        else if (word.literal === ']]') inTest = false;
        const assignment = first ? asAssignment(word) : undefined;
        if (assignment) assignments.push(assignment);
        else {
          words.push(word);
          first = false;
        }
      } else if (token === 'redirection') {
        redirections.push(this.#redirectionTarget());
      } else {
        const [name] = words;
        if (
          token === '(' &&
          name &&
          words.length === 1 &&
          assignments.length + redirections.length === 0
        ) {
          if (this.#read() !== ')') this.#unexpected(')');
          if (SPECIAL_BUILTINS.has(name.literal ?? '')) this.#fail('bad function name');
          return this.#functionBody(name);
        }
        this.#pushedBack = true;
        return { kind: 'simple', line, assignments, words, redirections } satisfies SimpleCommand;
      }
    }
  }

  /** `function name …`; undefined: go on as with `name()`, whose name is pushed back. */
  #functionKeyword(before: number): Node | undefined {
    if (this.#read() !== 'word') this.#unexpected('word');
    const name = this.#word.finish();
    this.#expecting = { newlines: true, keywords: true, aliases: false };
    const token = this.#read();
    this.#pushedBack = true;
    const compound = ['{', 'if', 'case', 'until', 'while', 'for'].includes(token);
    const test = token === 'word' && this.#word.onlyText && this.#word.text === '[[';
    if ((compound || test) && before === 0) return this.#functionBody(name);
    if (token !== '(' || before > 0) this.#unexpected();
    this.#read();
    if (this.#read() !== ')') this.#unexpected(')');
    return this.#functionBody(name);
  }

  #functionBody(name: Word): Node {
    this.#expectCommand(true);
    const line = this.#source.line;
    const body = this.#deeper(() => this.#command());
    // A name that is quoted or expanded can be defined but never called.
    return { kind: 'function', name: name.literal ?? '\0', line, body };
  }

  // Redirections --------------------------------------------------------------------------------------

  #redirectionTarget(): Redirection {
    const { operator, fd } = this.#redirection;
    if (operator === '<<' || operator === '<<-') {
      this.#raw = true;
      const token = this.#read();
      this.#raw = false;
      if (token !== 'word') this.#unexpected();
      return this.#hereDocument(fd, operator === '<<-');
    }
    if (this.#read() !== 'word') this.#unexpected();
    const target = this.#word.finish();
    if (operator === '<&' || operator === '>&') {
      return { kind: 'duplicate', input: operator === '<&', fd, source: target };
    }
    return { kind: 'file', operator: operator as FileRedirectionKind, fd, target };
  }

  #hereDocument(fd: number, stripTabs: boolean): Redirection {
    const literal = this.#word.quoted;
    let mark = '';
    for (const part of this.#word.finishParts()) if (part.kind === 'text') mark += part.text;
    const document: HereDocument = { body: EMPTY_WORD };
    this.#documents.push({ mark, stripTabs, literal, document });
    return { kind: 'here', fd, document };
  }

  /** Reads the bodies of the here-documents that were announced on the line that has just ended. */
  #readDocuments(): void {
    const documents = this.#documents;
    if (documents.length === 0) return;
    this.#documents = [];
    for (const { mark, stripTabs, literal, document } of documents) {
      this.#pushedBack = false;
      document.body = this.#words.readHereDocument(mark, stripTabs, literal);
    }
  }

  // Tokens --------------------------------------------------------------------------------------------

  #pushBackAs(token: Token): void {
    this.#token = token;
    this.#pushedBack = true;
  }

  /** The next token, keywords and aliases taken into account where they are expected. */
  #read(): Token {
    const { newlines, keywords } = this.#expecting;
    let { aliases } = this.#expecting;
    this.#expecting = { newlines: false, keywords: false, aliases: false };
    for (;;) {
      let token = this.#next();
      while (newlines && token === 'newline') {
        this.#readDocuments();
        token = this.#next();
      }
      if (this.#source.takeAliasEnded()) aliases = true;
      if (token !== 'word' || this.#word.quoted || !this.#word.onlyText) return token;
      const text = this.#word.text;
      if (keywords && isKeyword(text)) {
        this.#token = text;
        return text;
      }
      if (!aliases) return token;
      const alias = this.#context.alias(text);
      if (alias === undefined || alias.inUse) return token;
      this.#source.pushAlias(alias);
    }
  }

  #next(): Token {
    if (this.#pushedBack) {
      this.#pushedBack = false;
      return this.#token;
    }
    this.#token = this.#lex();
    return this.#token;
  }

  #lex(): Token {
    const source = this.#source;
    for (;;) {
      const code = source.nextJoined();
      if (isBlank(code)) continue;
      if (code === 35) {
        this.#skipComment();
        continue;
      }
      if (code === END) return 'end of file';
      if (code === 10) {
        source.countLine();
        return 'newline';
      }
      if (code === 40) return '(';
      if (code === 41) return ')';
      if (code === 38 || code === 124 || code === 59) {
        const following = source.nextJoined();
        if (following === code) return code === 38 ? '&&' : code === 124 ? '||' : ';;';
        if (code === 38 && following === 62) {
          this.#redirection = { operator: '&>', fd: 1 };
          return 'redirection';
        }
        source.back(following);
        return code === 38 ? '&' : code === 124 ? '|' : ';';
      }
      return this.#lexWord(code);
    }
  }

  #skipComment(): void {
    let code = this.#source.next();
    while (code !== 10 && code !== END) code = this.#source.next();
    this.#source.back(code);
  }

  /** A word, or a redirection operator with the digits in front of it. */
  #lexWord(code: number): Token {
    const { word, end } = this.#words.readWord(code, this.#raw);
    if (word.onlyText && DIGITS.test(word.text)) {
      if (end === 60 || end === 62) {
        this.#lexRedirection(word.text);
        return 'redirection';
      }
      if (end === 38 && word.text !== '' && this.#lexBoth(word.text)) return 'redirection';
    }
    this.#word = word;
    return 'word';
  }

  /** `2&>file`: the digits belong to the operator. */
  #lexBoth(digits: Bytes): boolean {
    const ampersand = this.#source.next();
    const following = this.#source.next();
    if (following === 62) {
      this.#redirection = { operator: '&>', fd: Number(digits) };
      return true;
    }
    this.#source.back(following);
    this.#source.back(ampersand);
    return false;
  }

  #lexRedirection(digits: Bytes): void {
    const source = this.#source;
    const output = source.next() === 62;
    const following = source.nextJoined();
    let operator = output ? '>' : '<';
    const second = following === END ? '' : String.fromCharCode(following);
    if ((output ? '>|&' : '<&>').includes(second) && second !== '') operator += second;
    else source.back(following);
    if (operator === '<<') {
      const dash = source.nextJoined();
      if (dash === 45) operator = '<<-';
      else source.back(dash);
    }
    this.#redirection = { operator, fd: digits === '' ? (output ? 1 : 0) : Number(digits) };
  }
}

/** Built-ins that no function may hide: that is why the classic fork bomb does not work here. */
const SPECIAL_BUILTINS: ReadonlySet<Bytes> = new Set(
  '. : break continue eval exec exit export local readonly return set shift source times trap unset'.split(
    ' ',
  ),
);

function inSequence(commands: readonly Node[]): Node | null {
  const [first] = commands;
  if (first === undefined) return null;
  return commands.length === 1 ? first : { kind: 'sequence', commands };
}

function inBackground(command: Node): Node {
  if (command.kind === 'pipeline') return { ...command, background: true };
  if (command.kind === 'redirected') {
    return {
      kind: 'background',
      line: command.line,
      body: command.body,
      redirections: command.redirections,
    };
  }
  return { kind: 'background', line: 0, body: command, redirections: [] };
}

function literalWord(text: Bytes): Word {
  return makeWord([{ kind: 'text', text, quoted: false }], false);
}

/** The assignment that a word is, if it begins with an unquoted name and `=`. */
export function asAssignment(word: Word): Assignment | undefined {
  const [first, ...rest] = word.parts;
  if (first?.kind !== 'text' || first.quoted) return undefined;
  const match = ASSIGNMENT.exec(first.text);
  if (!match) return undefined;
  const value = first.text.slice(match[0].length);
  const parts = value === '' ? rest : [{ ...first, text: value }, ...rest];
  const whole = parts.length === 0 ? EMPTY_WORD : makeWord(parts, word.quoted);
  return { name: match[1] as Bytes, value: whole };
}
