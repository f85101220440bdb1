import type { Bytes } from '../runtime/bytes';

/**
 * The syntax tree. Built once per command and then only read: loops, functions and forked subshells walk the
 * same nodes.
 */

/** What a `${…}` does with its parameter. `bad` is refused only when it is reached. */
export type ParameterOperator =
  | 'plain'
  | 'length'
  | 'default'
  | 'alternate'
  | 'error'
  | 'assign'
  | 'trim prefix'
  | 'trim longest prefix'
  | 'trim suffix'
  | 'trim longest suffix'
  | 'substring'
  | 'replace'
  | 'replace all'
  /** bash's `^^`, `^`, `,,`, `,` and `@Q`. */
  | 'upper all'
  | 'upper first'
  | 'lower all'
  | 'lower first'
  | 'quote'
  | 'bad';

export interface TextPart {
  readonly kind: 'text';
  readonly text: Bytes;
  /** Protected from splitting, globbing and tilde expansion. */
  readonly quoted: boolean;
}

/** A pair of quotes begins: the word yields a field even if nothing else of it remains. */
export interface QuotePart {
  readonly kind: 'quote';
}

export interface ParameterPart {
  readonly kind: 'parameter';
  readonly name: Bytes;
  readonly operator: ParameterOperator;
  /** With a colon, an empty value counts as unset. */
  readonly colon: boolean;
  /** What stands behind the operator. */
  readonly word: readonly WordPart[];
  readonly quoted: boolean;
  /** bash: an array's element, `@` or `*` for all of them. */
  readonly subscript?: readonly WordPart[] | '@' | '*';
  /** bash's `${!name}`: the variable that the value names, or an array's keys. */
  readonly indirect?: boolean;
}

export interface CommandPart {
  readonly kind: 'command';
  readonly body: Node | null;
  readonly quoted: boolean;
}

export interface ArithmeticPart {
  readonly kind: 'arithmetic';
  readonly expression: readonly WordPart[];
  readonly quoted: boolean;
}

/** `<(…)` and `>(…)`. */
export interface ProcessPart {
  readonly kind: 'process';
  /** True for `<(…)`: the command's output is read. */
  readonly reads: boolean;
  readonly body: Node | null;
}

export type WordPart =
  | TextPart
  | QuotePart
  | ParameterPart
  | CommandPart
  | ArithmeticPart
  | ProcessPart;

export interface Word {
  readonly parts: readonly WordPart[];
  /** The text of a word that is one run of unquoted characters: may be a keyword, a name, an alias. */
  readonly literal: Bytes | undefined;
  /** The one field that the word expands to, whatever the shell's state. */
  readonly constant: Bytes | undefined;
  /** Whether any part was quoted. */
  readonly quoted: boolean;
}

/** `NAME=value` in front of a command. */
export interface Assignment {
  readonly name: Bytes;
  readonly value: Word;
  /** bash: `name+=value`. */
  readonly append?: boolean;
  /** bash: `name[subscript]=value`. */
  readonly subscript?: Word;
  /** bash: `name=( … )`. */
  readonly elements?: readonly ArrayElement[];
}

/** A word of an array's literal, or `[key]=value`. */
export interface ArrayElement {
  readonly key: Word | undefined;
  readonly value: Word;
}

export type FileRedirectionKind = '<' | '>' | '>|' | '>>' | '<>' | '&>' | '&>>';

export type Redirection =
  | {
      readonly kind: 'file';
      readonly operator: FileRedirectionKind;
      readonly fd: number;
      readonly target: Word;
    }
  /** `<&word`, `>&word`; the word decides what it is. */
  | {
      readonly kind: 'duplicate';
      readonly input: boolean;
      readonly fd: number;
      readonly source: Word;
    }
  | { readonly kind: 'here'; readonly fd: number; readonly document: HereDocument }
  /** bash's `<<<`. */
  | { readonly kind: 'here string'; readonly fd: number; readonly text: Word };

/** Filled in when the parser has reached the document's lines. */
export interface HereDocument {
  body: Word;
}

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly line: number;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** The words' fields, if each is one that depends on nothing. */
  readonly argv: readonly Bytes[] | undefined;
  /** bash: arrays among the arguments of `declare` and its kin, assigned behind it. */
  readonly arrays?: readonly Assignment[];
}

/** bash's `(( … ))`. */
export interface ArithmeticCommand {
  readonly kind: 'arithmetic';
  readonly line: number;
  readonly expression: readonly WordPart[];
}

/** bash's `for ((init; condition; step))`. */
export interface ArithmeticFor {
  readonly kind: 'arithmetic for';
  readonly line: number;
  readonly init: readonly WordPart[];
  readonly condition: readonly WordPart[];
  readonly step: readonly WordPart[];
  readonly body: Node;
}

/** What stands between `[[` and `]]`. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'unary'; readonly operator: Bytes; readonly operand: Word }
  | {
      readonly kind: 'binary';
      readonly operator: Bytes;
      readonly left: Word;
      readonly right: Word;
    };

/** bash's `[[ … ]]`. */
export interface Conditional {
  readonly kind: 'conditional';
  readonly line: number;
  readonly condition: Condition;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly commands: readonly Node[];
  readonly background: boolean;
}

/** Commands joined by `&&` and `||`, from left to right. */
export interface AndOr {
  readonly kind: 'and or';
  readonly first: Node;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly command: Node }[];
}

/** Commands one after the other. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly commands: readonly Node[];
}

export interface Negation {
  readonly kind: 'not';
  readonly command: Node;
}

export interface If {
  readonly kind: 'if';
  readonly condition: Node;
  readonly then: Node;
  readonly otherwise: Node | undefined;
}

export interface Loop {
  readonly kind: 'while' | 'until';
  readonly condition: Node;
  readonly body: Node;
}

export interface For {
  readonly kind: 'for';
  readonly line: number;
  readonly name: Bytes;
  readonly words: readonly Word[];
  readonly body: Node;
}

export interface Case {
  readonly kind: 'case';
  readonly line: number;
  readonly subject: Word;
  readonly clauses: readonly { readonly patterns: readonly Word[]; readonly body: Node | null }[];
}

/** `( … )`, and a command with `&` behind it. */
export interface Subshell {
  readonly kind: 'subshell' | 'background';
  readonly line: number;
  readonly body: Node;
  readonly redirections: readonly Redirection[];
}

/** A compound command with redirections. */
export interface Redirected {
  readonly kind: 'redirected';
  readonly line: number;
  readonly body: Node;
  readonly redirections: readonly Redirection[];
}

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly name: Bytes;
  readonly line: number;
  readonly body: Node;
}

export type Node =
  | SimpleCommand
  | Pipeline
  | AndOr
  | Sequence
  | Negation
  | If
  | Loop
  | For
  | Case
  | Subshell
  | Redirected
  | FunctionDefinition
  | ArithmeticCommand
  | ArithmeticFor
  | Conditional;
