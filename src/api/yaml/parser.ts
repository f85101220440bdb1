import type { Mark } from './reader';
import type { Token, TokenKind } from './scanner';
import { Scanner } from './scanner';
import { parserError, YamlError } from './yaml-error';

type NodePlace = { start: Mark; end: Mark };

export type ScalarNode = NodePlace & {
  kind: 'scalar';
  value: string;
  /** Full tag, or '' if there is none. */
  tag: string;
  /** Its type is found from its text: a plain scalar, or one with the tag `!`. */
  implicit: boolean;
};
export type SequenceNode = NodePlace & { kind: 'sequence'; items: YamlNode[] };
export type MappingNode = NodePlace & { kind: 'mapping'; pairs: [YamlNode, YamlNode][] };
export type AliasNode = NodePlace & { kind: 'alias'; name: string; target: YamlNode };
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

type Properties = { anchor: string; tag: string; start: Mark; end: Mark };

const DEFAULT_TAGS: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];

/**
 * Reads the first document of a chunk, or undefined if there is none; what follows it is not read,
 * as kubectl's library does not read it either. Throws YamlError. Models go-yaml v2's parserc.go
 * and the parser part of its decode.go.
 */
export function parseDocument(text: string): YamlNode | undefined {
  return new Parser(new Scanner(text)).document();
}

class Parser {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, YamlNode>();
  private readonly tagPrefixes = new Map<string, string>();

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  document(): YamlNode | undefined {
    const first = this.peek();
    const explicit = is(first, 'version', 'tag directive', 'document start');
    if (is(first, 'stream end')) return undefined;
    this.directives();
    let node: YamlNode | undefined;
    if (explicit) {
      const start = this.peek();
      if (!is(start, 'document start')) this.fail('did not find expected <document start>', start);
      this.scanner.skip();
      const next = this.peek();
      if (is(next, 'version', 'tag directive', 'document start', 'document end', 'stream end')) {
        node = emptyScalar(next.start);
      }
    }
    node ??= this.node(true, false);
    this.peek();
    return node;
  }

  private peek(): Token {
    return this.scanner.peek();
  }

  private fail(problem: string, token: Token): never {
    throw parserError(problem, token.start.line);
  }

  private directives(): void {
    let version = false;
    for (let token = this.peek(); is(token, 'version', 'tag directive'); token = this.peek()) {
      if (token.kind === 'version') {
        if (version) this.fail('found duplicate %YAML directive', token);
        if (token.value !== '1.1') this.fail('found incompatible YAML document', token);
        version = true;
      } else {
        if (this.tagPrefixes.has(token.value)) this.fail('found duplicate %TAG directive', token);
        this.tagPrefixes.set(token.value, token.suffix);
      }
      this.scanner.skip();
    }
    for (const [handle, prefix] of DEFAULT_TAGS) {
      if (!this.tagPrefixes.has(handle)) this.tagPrefixes.set(handle, prefix);
    }
  }

  /** `block` allows block collections, `indentless` a list that is not indented under its key. */
  private node(block: boolean, indentless: boolean): YamlNode {
    const first = this.peek();
    if (first.kind === 'alias') return this.alias(first);
    const properties = this.properties(first.start);
    const token = this.peek();
    if (indentless && token.kind === 'entry') return this.indentlessSequence(properties);
    switch (token.kind) {
      case 'scalar':
        return this.scalar(token, properties);
      case 'flow sequence':
        return this.flowSequence(properties);
      case 'flow mapping':
        return this.flowMapping(properties);
      case 'block sequence':
        if (block) return this.blockSequence(properties);
        break;
      case 'block mapping':
        if (block) return this.blockMapping(properties);
        break;
    }
    const { anchor, tag, start, end } = properties;
    if (anchor === '' && tag === '') this.fail('did not find expected node content', token);
    const implicit = tag === '';
    return this.named(anchor, { kind: 'scalar', value: '', tag, implicit, start, end });
  }

  private named<N extends YamlNode>(anchor: string, node: N): N {
    if (anchor !== '') this.anchors.set(anchor, node);
    return node;
  }

  private alias(token: Token): AliasNode {
    const target = this.anchors.get(token.value);
    if (target === undefined) throw new YamlError(`unknown anchor '${token.value}' referenced`);
    this.scanner.skip();
    return { kind: 'alias', name: token.value, target, start: token.start, end: token.end };
  }

  /** An anchor and a tag, in either order. */
  private properties(start: Mark): Properties {
    const found: Properties = { anchor: '', tag: '', start, end: start };
    let hasTag = false;
    for (let i = 0; i < 2; i++) {
      const token = this.peek();
      if (token.kind === 'anchor' && found.anchor === '') {
        found.anchor = token.value;
      } else if (token.kind === 'tag' && !hasTag) {
        hasTag = true;
        found.tag = this.fullTag(token);
      } else {
        break;
      }
      found.end = token.end;
      this.scanner.skip();
    }
    return found;
  }

  private fullTag(token: Token): string {
    if (token.value === '') return token.suffix;
    const prefix = this.tagPrefixes.get(token.value);
    if (prefix === undefined) this.fail('found undefined tag handle', token);
    return prefix + token.suffix;
  }

  private scalar(token: Token, properties: Properties): ScalarNode {
    const { anchor, tag, start } = properties;
    this.scanner.skip();
    const implicit = (tag === '' && token.plain) || tag === '!';
    const { value, end } = token;
    return this.named(anchor, { kind: 'scalar', value, tag, implicit, start, end });
  }

  private sequence({ anchor, start, end }: Properties): SequenceNode {
    return this.named(anchor, { kind: 'sequence', items: [], start, end });
  }

  private mapping({ anchor, start, end }: Properties): MappingNode {
    return this.named(anchor, { kind: 'mapping', pairs: [], start, end });
  }

  /** Skips the token that opened a collection or closes it, and notes where it ends. */
  private close(node: SequenceNode | MappingNode): void {
    node.end = this.peek().end;
    this.scanner.skip();
  }

  private blockSequence(properties: Properties): SequenceNode {
    const node = this.sequence(properties);
    this.scanner.skip();
    for (;;) {
      const token = this.peek();
      if (token.kind === 'block end') {
        node.end = lastEnd(node, token.start);
        this.scanner.skip();
        return node;
      }
      if (token.kind !== 'entry') this.fail("did not find expected '-' indicator", token);
      this.scanner.skip();
      node.items.push(this.nodeUnless(token.end, ['entry', 'block end'], true, false));
    }
  }

  private indentlessSequence(properties: Properties): SequenceNode {
    const node = this.sequence(properties);
    for (let token = this.peek(); token.kind === 'entry'; token = this.peek()) {
      this.scanner.skip();
      const stops: TokenKind[] = ['entry', 'key', 'value', 'block end'];
      node.items.push(this.nodeUnless(token.end, stops, true, false));
    }
    node.end = lastEnd(node, node.end);
    return node;
  }

  private nodeUnless(
    mark: Mark,
    stops: readonly TokenKind[],
    block: boolean,
    indentless: boolean,
  ): YamlNode {
    if (stops.includes(this.peek().kind)) return emptyScalar(mark);
    return this.node(block, indentless);
  }

  private blockMapping(properties: Properties): MappingNode {
    const node = this.mapping(properties);
    this.scanner.skip();
    const stops: TokenKind[] = ['key', 'value', 'block end'];
    for (;;) {
      const token = this.peek();
      if (token.kind === 'block end') {
        node.end = lastEnd(node, token.start);
        this.scanner.skip();
        return node;
      }
      if (token.kind !== 'key') this.fail('did not find expected key', token);
      this.scanner.skip();
      const key = this.nodeUnless(token.end, stops, true, true);
      const next = this.peek();
      let value: YamlNode;
      if (next.kind === 'value') {
        this.scanner.skip();
        value = this.nodeUnless(next.end, stops, true, true);
      } else {
        value = emptyScalar(next.start);
      }
      node.pairs.push([key, value]);
    }
  }

  private flowSequence(properties: Properties): SequenceNode {
    const node = this.sequence(properties);
    this.scanner.skip();
    for (let first = true; this.peek().kind !== 'flow sequence end'; first = false) {
      if (!first) this.separator("did not find expected ',' or ']'");
      const token = this.peek();
      if (token.kind === 'key') node.items.push(this.flowPair(token));
      else if (token.kind !== 'flow sequence end') node.items.push(this.node(false, false));
      else break;
    }
    this.close(node);
    return node;
  }

  private separator(problem: string): void {
    const token = this.peek();
    if (token.kind !== 'flow entry') this.fail(problem, token);
    this.scanner.skip();
  }

  /** A single pair in a flow sequence: `[a: b]` holds a mapping. */
  private flowPair(token: Token): MappingNode {
    const node = this.mapping({ anchor: '', tag: '', start: token.start, end: token.end });
    this.scanner.skip();
    const next = this.peek();
    let key: YamlNode;
    if (is(next, 'value', 'flow entry', 'flow sequence end')) {
      // The library drops this token, so `[? : a]` fails at the next one.
      this.scanner.skip();
      key = emptyScalar(next.end);
    } else {
      key = this.node(false, false);
    }
    node.pairs.push([key, this.flowValue('flow sequence end')]);
    this.peek();
    node.end = lastEnd(node, node.end);
    return node;
  }

  private flowValue(end: TokenKind): YamlNode {
    const token = this.peek();
    if (token.kind !== 'value') return emptyScalar(token.start);
    this.scanner.skip();
    return this.nodeUnless(this.peek().start, ['flow entry', end], false, false);
  }

  private flowMapping(properties: Properties): MappingNode {
    const node = this.mapping(properties);
    this.scanner.skip();
    for (let first = true; this.peek().kind !== 'flow mapping end'; first = false) {
      if (!first) this.separator("did not find expected ',' or '}'");
      const token = this.peek();
      if (token.kind === 'key') {
        this.scanner.skip();
        const stops: TokenKind[] = ['value', 'flow entry', 'flow mapping end'];
        const key = this.nodeUnless(this.peek().start, stops, false, false);
        node.pairs.push([key, this.flowValue('flow mapping end')]);
      } else if (token.kind !== 'flow mapping end') {
        const key = this.node(false, false);
        node.pairs.push([key, emptyScalar(this.peek().start)]);
      } else {
        break;
      }
    }
    this.close(node);
    return node;
  }
}

function is(token: Token, ...kinds: TokenKind[]): boolean {
  return kinds.includes(token.kind);
}

function emptyScalar(mark: Mark): ScalarNode {
  return { kind: 'scalar', value: '', tag: '', implicit: true, start: mark, end: mark };
}

/** A block collection ends where its last child ends, not where the next line begins. */
function lastEnd(node: SequenceNode | MappingNode, otherwise: Mark): Mark {
  const last = node.kind === 'mapping' ? node.pairs.at(-1)?.[1] : node.items.at(-1);
  return last?.end ?? otherwise;
}
