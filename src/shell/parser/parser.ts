import type { Bytes } from '../../runtime/bytes';
import type {
  AndOr,
  Assignment,
  Case,
  FileRedirectionKind,
  Node,
  Redirection,
  SimpleCommand,
  Word,
} from '../ast';
import { NESTING_OF_SYNTAX } from '../limits';
import { asAssignment, asBashAssignment } from './assignments';
import { BashSyntax, splitExpressions } from './bash-syntax';
import { expandBraces } from './brace-expansion';
import { Lexer } from './lexer';
import { constantsOf, inBackground, inSequence, literalWord, withErrors } from './node-forms';
import { ScriptSyntaxError } from './script-syntax-error';
import { type Alias, Source } from './source';
import { LIST_ENDS, type Token, tokenName } from './tokens';
import { makeWord } from './word-builder';
import type { CommandReader } from './word-reader';

/** What a parser asks the shell that it reads for. */
export interface ParserContext {
  alias(name: Bytes): Alias | undefined;
  /** Line of the command that is being executed: where texts within begin to count. */
  readonly line: number;
  /** Whether the script is bash's. */
  readonly bash?: boolean;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const NOTHING: SimpleCommand = {
  kind: 'simple',
  line: 0,
  assignments: [],
  words: [],
  redirections: [],
  argv: undefined,
};

/** Built-ins that no function may hide: that is why the classic fork bomb does not work here. */
const SPECIAL_BUILTINS: ReadonlySet<Bytes> = new Set(
  '. : break continue eval exec exit export local readonly return set shift source times trap unset'.split(
    ' ',
  ),
);

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
  readonly #lexer: Lexer;
  readonly #bash: BashSyntax;
  #depth = 0;
  /** Whether the end of the script stands right behind the command that was read last. */
  atEnd = false;

  constructor(source: Source, context: ParserContext) {
    this.#source = source;
    this.#context = context;
    this.#lexer = new Lexer(source, this, (name) => context.alias(name), context.bash);
    this.#bash = new BashSyntax(source, this.#lexer, (wanted) => this.#unexpected(wanted));
  }

  /** The next command, null for an empty line, undefined at the end of the script. */
  readCommand(): Node | null | undefined {
    this.#depth = 0;
    this.#lexer.reset();
    this.atEnd = false;
    const command = this.#list('line');
    this.atEnd = this.#lexer.atEnd;
    return command;
  }

  /** Reads the whole text as one word in double quotes. */
  readPrompt(keepEscapedDollar: boolean): Word {
    return this.#lexer.words.readPrompt(keepEscapedDollar);
  }

  readSubstitution(): Node | null {
    return this.#lexer.nested(() => {
      const list = this.#deeper(() => this.#list('until end')) ?? null;
      if (this.#lexer.read() !== ')') this.#unexpected(')');
      this.#lexer.readDocuments();
      return list;
    });
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
    parser.#lexer.readDocuments();
    return node;
  }

  #fail(message: string): never {
    throw new ScriptSyntaxError(message, this.#source.line);
  }

  #unexpected(wanted?: Token): never {
    const expecting = wanted === undefined ? '' : ` (expecting ${tokenName(wanted)})`;
    this.#fail(`unexpected ${tokenName(this.#lexer.token)}${expecting}`);
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > NESTING_OF_SYNTAX) this.#fail('nested too deeply');
    const result = read();
    this.#depth--;
    return result;
  }

  // Lists ---------------------------------------------------------------------------------------------

  #expectCommand(newlines: boolean): void {
    this.#lexer.expect({ newlines, keywords: true, aliases: true });
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
      const token = this.#lexer.read();
      if (token === 'newline') {
        this.#lexer.readDocuments();
        return inSequence(commands);
      }
      if (token === 'end of file') {
        this.#lexer.readDocuments();
        this.#lexer.pushBackAs('end of file');
        return commands.length === 0 && wholeLine ? undefined : inSequence(commands);
      }
      this.#lexer.pushBack();
      if (mayEnd && LIST_ENDS.has(token)) return inSequence(commands);
      mayEnd = !wholeLine;

      const command = this.#andOr();
      const separator = this.#lexer.read();
      commands.push(separator === '&' ? inBackground(command) : command);
      if (separator === 'end of file') {
        this.#lexer.readDocuments();
        this.#lexer.pushBackAs('end of file');
        return inSequence(commands);
      }
      if (separator === 'newline') this.#lexer.pushBack();
      else if (separator !== '&' && separator !== ';') {
        if (wholeLine) this.#unexpected();
        this.#lexer.pushBack();
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
      const operator = this.#lexer.read();
      if (operator !== '&&' && operator !== '||') {
        this.#lexer.pushBack();
        return rest.length === 0 ? first : { kind: 'and or', first, rest };
      }
      this.#expectCommand(true);
      rest.push({ operator, command: this.#pipeline() });
    }
  }

  #pipeline(): Node {
    const negated = this.#lexer.read() === '!';
    if (negated) this.#expectCommand(false);
    else this.#lexer.pushBack();
    let command = this.#command();
    let operator = this.#lexer.read();
    if (operator === '|' || operator === '|&') {
      const commands = [command];
      do {
        if (operator === '|&') commands.push(withErrors(commands.pop() ?? NOTHING));
        this.#expectCommand(true);
        commands.push(this.#command());
        operator = this.#lexer.read();
      } while (operator === '|' || operator === '|&');
      command = { kind: 'pipeline', commands, background: false };
    }
    this.#lexer.pushBack();
    return negated ? { kind: 'not', command } : command;
  }

  // Commands ------------------------------------------------------------------------------------------

  #command(): Node {
    const line = this.#source.line;
    const token = this.#lexer.read();
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
        if (this.#context.bash && this.#bash.takeSecondParenthesis()) {
          const expression = this.#lexer.words.readArithmetic();
          return this.#withRedirections({ kind: 'arithmetic', line, expression }, line);
        }
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
        if (this.#context.bash && token === 'word' && this.#bash.atConditional()) {
          const condition = this.#bash.readCondition();
          return this.#withRedirections({ kind: 'conditional', line, condition }, line);
        }
        this.#lexer.pushBack();
        return this.#simple();
      default:
        return this.#unexpected();
    }
  }

  #expect(token: Token): void {
    if (this.#lexer.read() !== token) this.#unexpected(token);
  }

  #withRedirections(body: Node, line: number): Node {
    const redirections = this.#redirections();
    return redirections.length > 0 ? { kind: 'redirected', line, body, redirections } : body;
  }

  #redirections(): Redirection[] {
    const redirections: Redirection[] = [];
    this.#expectCommand(false);
    while (this.#lexer.read() === 'redirection') redirections.push(this.#redirectionTarget());
    this.#lexer.pushBack();
    return redirections;
  }

  #if(): Node {
    const condition = this.#body();
    this.#expect('then');
    const then = this.#body();
    const token = this.#lexer.read();
    if (token === 'elif') {
      return { kind: 'if', condition, then, otherwise: this.#deeper(() => this.#if()) };
    }
    let otherwise: Node | undefined;
    if (token === 'else') otherwise = this.#body();
    else this.#lexer.pushBack();
    this.#expect('fi');
    return { kind: 'if', condition, then, otherwise };
  }

  #for(line: number): Node {
    const first = this.#lexer.read();
    if (this.#context.bash && first === '(' && this.#bash.takeSecondParenthesis()) {
      return this.#arithmeticFor(line);
    }
    const isName = first === 'word' && !this.#lexer.word.quoted && this.#lexer.word.onlyText;
    const name = this.#lexer.word.text;
    if (!isName || !NAME.test(name)) this.#fail('bad for loop variable');
    this.#expectCommand(true);
    let words: Word[] = [];
    if (this.#lexer.read() === 'in') {
      while (this.#lexer.read() === 'word') words.push(...this.#words(this.#lexer.word.finish()));
      if (this.#lexer.token !== 'newline' && this.#lexer.token !== ';') this.#unexpected();
    } else {
      words = [ALL_ARGUMENTS];
      if (this.#lexer.token !== ';') this.#lexer.pushBack();
    }
    this.#expectCommand(true);
    this.#expect('do');
    const body = this.#body();
    this.#expect('done');
    return { kind: 'for', line, name, words, body };
  }

  #arithmeticFor(line: number): Node {
    const expressions = splitExpressions(this.#lexer.words.readArithmetic());
    const [init = [], condition = [], step = []] = expressions;
    if (expressions.length !== 3) this.#fail('arithmetic expression required');
    this.#expectCommand(true);
    let token = this.#lexer.read();
    if (token === ';') {
      this.#expectCommand(true);
      token = this.#lexer.read();
    }
    if (token !== 'do' && token !== '{') this.#unexpected('do');
    const body = this.#body();
    this.#expect(token === 'do' ? 'done' : '}');
    return { kind: 'arithmetic for', line, init, condition, step, body };
  }

  /** The words that a word stands for: in bash, braces may make several of one. */
  #words(word: Word): readonly Word[] {
    return this.#context.bash ? expandBraces(word) : [word];
  }

  #case(line: number): Node {
    if (this.#lexer.read() !== 'word') this.#unexpected('word');
    const subject = this.#lexer.word.finish();
    this.#expectCommand(true);
    this.#expect('in');
    const clauses: Case['clauses'][number][] = [];
    this.#lexer.expect({ newlines: true, keywords: true, aliases: false });
    let token = this.#lexer.read();
    while (token !== 'esac') {
      if (token === '(') this.#lexer.read();
      const patterns = this.#patterns();
      const body = this.#deeper(() => this.#list('until end')) ?? null;
      clauses.push({ patterns, body });
      this.#lexer.expect({ newlines: true, keywords: true, aliases: false });
      token = this.#lexer.read();
      if (token !== 'esac') {
        if (token !== ';;') this.#unexpected(';;');
        this.#lexer.expect({ newlines: true, keywords: true, aliases: false });
        token = this.#lexer.read();
      }
    }
    return { kind: 'case', line, subject, clauses };
  }

  /** The patterns of one clause; the first token of them has been read, whatever it is. */
  #patterns(): Word[] {
    const patterns: Word[] = [];
    for (;;) {
      patterns.push(this.#lexer.word.finish());
      if (this.#lexer.read() !== '|') break;
      this.#lexer.read();
    }
    if (this.#lexer.token !== ')') this.#unexpected(')');
    return patterns;
  }

  #simple(): Node {
    const line = this.#source.line;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    let first = true;
    let inTest = false;
    const arrays: Assignment[] = [];
    const { bash = false } = this.#context;
    for (;;) {
      this.#lexer.expect({ newlines: false, keywords: false, aliases: first });
      const token = this.#lexer.read();
      if (token === 'function') {
        const definition = this.#functionKeyword(
          words.length + assignments.length + redirections.length,
        );
        if (definition) return definition;
      } else if (bash && token === 'word' && this.#bash.atArray()) {
        const assignment = this.#bash.readArray();
        if (first) assignments.push(assignment);
        else {
          arrays.push(assignment);
          words.push(literalWord(assignment.name));
        }
      } else if (token === 'word' || (inTest && (token === '&&' || token === '||'))) {
        const word = token === 'word' ? this.#lexer.word.finish() : literalWord(token);
        if (word.literal === '[[') inTest = true;
        else if (word.literal === ']]') inTest = false;
        const assignment = first ? (bash ? asBashAssignment(word) : asAssignment(word)) : undefined;
        if (assignment) assignments.push(assignment);
        else {
          words.push(...this.#words(word));
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
          if (this.#lexer.read() !== ')') this.#unexpected(')');
          return this.#functionBody(name);
        }
        this.#lexer.pushBack();
        const argv = constantsOf(words);
        const command = { kind: 'simple', line, assignments, words, redirections, argv } as const;
        return arrays.length > 0 ? { ...command, arrays } : command;
      }
    }
  }

  /** `function name …`; undefined: go on as with `name()`, whose name is pushed back. */
  #functionKeyword(before: number): Node | undefined {
    if (this.#lexer.read() !== 'word') this.#unexpected('word');
    const name = this.#lexer.word.finish();
    this.#lexer.expect({ newlines: true, keywords: true, aliases: false });
    const token = this.#lexer.read();
    this.#lexer.pushBack();
    const compound = ['{', 'if', 'case', 'until', 'while', 'for'].includes(token);
    const test = token === 'word' && this.#lexer.word.onlyText && this.#lexer.word.text === '[[';
    if ((compound || test) && before === 0) return this.#functionBody(name);
    if (token !== '(' || before > 0) this.#unexpected();
    this.#lexer.read();
    if (this.#lexer.read() !== ')') this.#unexpected(')');
    return this.#functionBody(name);
  }

  #functionBody(name: Word): Node {
    if (!this.#context.bash && SPECIAL_BUILTINS.has(name.literal ?? ''))
      this.#fail('bad function name');
    this.#expectCommand(true);
    const line = this.#source.line;
    const body = this.#deeper(() => this.#command());
    // A name that is quoted or expanded can be defined but never called.
    return { kind: 'function', name: name.literal ?? '\0', line, body };
  }

  // Redirections --------------------------------------------------------------------------------------

  #redirectionTarget(): Redirection {
    const { operator, fd } = this.#lexer.redirection;
    if (operator === '<<' || operator === '<<-') {
      if (this.#lexer.readDelimiter() !== 'word') this.#unexpected();
      return { kind: 'here', fd, document: this.#lexer.announceDocument(operator === '<<-') };
    }
    if (this.#lexer.read() !== 'word') this.#unexpected();
    const target = this.#lexer.word.finish();
    if (operator === '<<<') return { kind: 'here string', fd, text: target };
    if (operator === '<&' || operator === '>&') {
      return { kind: 'duplicate', input: operator === '<&', fd, source: target };
    }
    return { kind: 'file', operator: operator as FileRedirectionKind, fd, target };
  }
}
