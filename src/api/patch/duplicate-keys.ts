/**
 * Keys that a JSON text gives twice in one object, as strict decoding names them:
 * `duplicate field "data.k1"`, each once. The text must be valid JSON. Models sigs.k8s.io/json.
 */
export function duplicateKeys(json: string): string[] {
  const found = new Set<string>();
  const open: { path: string; keys: Set<string> | undefined; index: number }[] = [];
  let path = '';
  for (const [token] of json.matchAll(TOKEN)) {
    const top = open[open.length - 1];
    if (token === '{' || token === '[') {
      open.push({ path, keys: token === '{' ? new Set() : undefined, index: 0 });
      if (token === '[') path = `${path}[0]`;
    } else if (token === '}' || token === ']') {
      path = open.pop()?.path ?? '';
    } else if (token === ',') {
      if (top && !top.keys) path = `${top.path}[${++top.index}]`;
    } else if (token.endsWith(':') && top?.keys) {
      const key = JSON.parse(token.slice(0, -1)) as string;
      path = top.path === '' ? key : `${top.path}.${key}`;
      if (top.keys.has(key)) found.add(`duplicate field "${path}"`);
      top.keys.add(key);
    }
  }
  return [...found];
}

const TOKEN = /"(?:[^"\\]|\\.)*"\s*:|"(?:[^"\\]|\\.)*"|[{}[\],]/g;
