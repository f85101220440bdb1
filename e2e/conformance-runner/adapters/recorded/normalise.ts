/** Letters of generated name ends. */
const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const DURATION = String.raw`(?:\d+(?:d|h|m|s)){1,3}`;

/** In this order: each rule sees what those before it left. */
const ALWAYS: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID'],
  [/\b[0-9a-f]{64}\b/g, 'ID'],
  [/\b10\.96\.0\.10\b/g, 'DNS-IP'],
  [/\b10\.(?:9[6-9]|10\d|11[01])\.\d{1,3}\.\d{1,3}\b/g, 'SERVICE-IP'],
  [/\b10\.(?:24[4-9]|25\d)\.\d{1,3}\.\d{1,3}\b/g, 'POD-IP'],
  [/\b192\.168\.49\.\d{1,3}\b/g, 'NODE-IP'],
  [/\bin [\d.]+m?s \([\d.]+m?s including waiting\)/g, 'in T (T including waiting)'],
  [/\bImage size: \d+ bytes/g, 'Image size: N bytes'],
  [new RegExp(`\\bkube-api-access-${RANDOM}{5}\\b`, 'g'), 'kube-api-access-XXXXX'],
  [new RegExp(`-${RANDOM}{8,10}-${RANDOM}{5}\\b`, 'g'), '-HASH-XXXXX'],
  [new RegExp(`-(?=${RANDOM}*\\d)${RANDOM}{8,10}\\b`, 'g'), '-HASH'],
  [new RegExp(`-${RANDOM}{5}\\b`, 'g'), '-XXXXX'],
  [/\.\.\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d\.\d+/g, '..STAMP'],
  // The recordings ran in namespaces of their own; in this place their names were left standing.
  [/_s\d+\(UID\)/g, '_default(UID)'],
];

const STDOUT: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME'],
  [/\b(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d(?::\d\d(?: UTC)?(?: \d{4})?)?/g, 'TIME'],
  [/\bcopied, [\d.]+ seconds, [\d.]+[kKMGT]?B\/s/g, 'copied, SPEED, SPEED'],
  [new RegExp(`(?<![\\w.=])${DURATION}(?!\\w)`, 'g'), 'AGE'],
  [/ {2,}/g, '  '],
  [/ +$/gm, ''],
];

function replaceAll(text: string, rules: readonly (readonly [RegExp, string])[]): string {
  return rules.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
}

/** What differs from run to run becomes a word in capitals: recorded/README.md lists them. */
export function normalise(text: string): string {
  return replaceAll(text, ALWAYS);
}

/** As `normalise`; clock times, ages and columns' widths differ as well in what kubectl prints. */
export function normaliseOutput(text: string): string {
  return replaceAll(normalise(text), STDOUT);
}
