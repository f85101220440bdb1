import { COREUTILS_USAGE } from './usage-coreutils';
import { NETWORKING_USAGE } from './usage-networking';
import { SYSTEM_USAGE } from './usage-system';
import { TEXT_USAGE } from './usage-text';

/** What follows `Usage: NAME` for an applet; undefined for those that have no help (egrep, test …). */
export function usageOf(name: string): string | undefined {
  return COREUTILS_USAGE[name] ?? TEXT_USAGE[name] ?? SYSTEM_USAGE[name] ?? NETWORKING_USAGE[name];
}
