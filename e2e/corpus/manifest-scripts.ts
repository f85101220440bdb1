import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

const SHELL = /(?:^|\/)(?:ba|a)?sh$/;

/** Every script that a container of a folder's manifests gives to a shell by `-c`, once each. */
export function scriptsOfManifests(folder: string): string[] {
  const scripts = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const { command, args } = value as { command?: unknown; args?: unknown };
      const words = [command, args].flatMap((list) => (Array.isArray(list) ? list : []));
      const at = words.findIndex((word, i) => /^-[a-z]*c$/.test(String(word)) && i > 0);
      const script = words[at + 1];
      if (at > 0 && SHELL.test(String(words[0])) && typeof script === 'string') scripts.add(script);
      Object.values(value).forEach(visit);
    }
  };
  for (const file of readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))) {
    for (const document of parseAllDocuments(readFileSync(path.join(folder, file), 'utf8'))) {
      if ('errors' in document && document.errors.length === 0) visit(document.toJS());
    }
  }
  return [...scripts];
}
