import { plain } from '../errors';

/** Arguments taken apart: resources first, then `KEY=VALUE` and `KEY-`. */
export interface ResourcesAndPairs {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

/** Models GetResourcesAndPairs of pkg/cmd/util/helpers.go. */
export function resourcesAndPairs(args: readonly string[], pairType: string): ResourcesAndPairs {
  const isPair = (word: string) =>
    (word.includes('=') && !word.startsWith('=')) || (word.endsWith('-') && word !== '-');
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const pairs = args.slice(first);
  const late = pairs.find((word) => !isPair(word));
  if (late !== undefined) {
    throw plain(`all resources must be specified before ${pairType} changes: ${late}`);
  }
  return { resources: args.slice(0, first), pairs };
}

/** What keys are to become: texts, and those that are to go. */
export interface PairChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** Models ParsePairs of pkg/cmd/util/helpers.go. */
export function parsePairs(pairs: readonly string[], pairType: string): PairChanges {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const invalid: string[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at > 0) set.set(pair.slice(0, at), pair.slice(at + 1));
    else if (pair.endsWith('-') && pair !== '-') remove.push(pair.slice(0, -1));
    else invalid.push(pair);
  }
  if (invalid.length > 0) throw plain(`invalid ${pairType} format: ${invalid.join(', ')}`);
  return { set, remove };
}
