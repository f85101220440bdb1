import type { Sys } from '../runtime/syscalls';

/** A warning as the klog library writes it: time, process, place in the source, text. */
export function klogWarning(sys: Sys, place: string, text: string): string {
  return `W${klogHeader(sys)} ${place}] ${text}\n`;
}

/** As `klogWarning`, an error. */
export function klogError(sys: Sys, place: string, text: string): string {
  return `E${klogHeader(sys)} ${place}] ${text}\n`;
}

/** As `klogWarning`, what a program ends with. */
export function klogFatal(sys: Sys, place: string, text: string): string {
  return `F${klogHeader(sys)} ${place}] ${text}\n`;
}

function klogHeader(sys: Sys): string {
  const time = new Date(sys.nowMs).toISOString();
  const day = time.slice(5, 10).replace('-', '');
  return `${day} ${time.slice(11, 23)}000 ${String(sys.pid).padStart(7)}`;
}
