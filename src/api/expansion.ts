/**
 * Expands `$(NAME)` in container commands, arguments and environment. Models
 * third_party/forked/golang/expansion: `$$` stands for `$`, unknown names stay as they are written.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\)|)/g, (reference: string, name: string | undefined) => {
    if (reference === '$$') return '$';
    return name === undefined ? reference : (lookup(name) ?? reference);
  });
}

/** Expands variables in their order: each sees those before it. */
export function expandInOrder(
  variables: readonly { name: string; value?: string }[],
): Record<string, string> {
  const expanded = new Map<string, string>();
  for (const { name, value = '' } of variables) {
    expanded.set(
      name,
      expand(value, (reference) => expanded.get(reference)),
    );
  }
  return Object.fromEntries(expanded);
}
