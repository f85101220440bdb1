/** `true` and `:`. */
export function runTrue(): number {
  return 0;
}

export function runFalse(): number {
  return 1;
}
