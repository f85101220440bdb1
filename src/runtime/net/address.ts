/** Whether an address never leaves the namespace. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.');
}

/** Whether a socket bound to it answers on all of the namespace's addresses. */
export function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '';
}
