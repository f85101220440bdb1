/** The pieces of a parsed template. Models client-go util/jsonpath/node.go. */
export type Node =
  | { readonly kind: 'list'; readonly nodes: Node[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'array'; readonly bounds: readonly [Bound, Bound, Bound] }
  | {
      readonly kind: 'filter';
      readonly left: ListNode;
      readonly right: ListNode;
      readonly operator: string;
    }
  | { readonly kind: 'number'; readonly value: number; readonly integer: boolean }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'union'; readonly lists: readonly ListNode[] };

export type ListNode = Extract<Node, { kind: 'list' }>;

/** Start, end or step of a slice. */
export interface Bound {
  readonly known: boolean;
  readonly value: number;
  /** It follows from a single index. */
  readonly derived: boolean;
}

/** A template that cannot be parsed or executed; the message is client-go's. */
export class JsonPathError extends Error {}
