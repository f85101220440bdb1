import { type FieldError, invalid } from '../validation/field-error';
import { BASELINE_CHECKS } from './baseline';
import type { CheckPod, SecurityPod, Violation } from './check';
import { RESTRICTED_CHECKS } from './restricted';

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

/** A level as of a Kubernetes version; `minor` undefined: the latest. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number | undefined;
}

/** What a namespace's labels ask of its pods. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const PREFIX = 'pod-security.kubernetes.io/';
const MODES = ['enforce', 'audit', 'warn'] as const;
const PRIVILEGED: LevelVersion = { level: 'privileged', minor: undefined };

/** `restricted:latest`, `baseline:v1.30`. */
export function levelText({ level, minor }: LevelVersion): string {
  return `${level}:${versionText(minor)}`;
}

function versionText(minor: number | undefined): string {
  return minor === undefined ? 'latest' : `v1.${minor}`;
}

/**
 * The policy in a namespace's labels, and what is wrong with them. A level that cannot be read enforces the
 * strictest one and neither warns nor audits. Models api.PolicyToEvaluate.
 */
export function policyOf(labels: Readonly<Record<string, string>> | undefined): {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
} {
  const errors: FieldError[] = [];
  const at = (key: string) => `metadata.labels[${PREFIX}${key}]`;
  const read = (mode: (typeof MODES)[number]): LevelVersion => {
    const level = labels?.[PREFIX + mode];
    const version = labels?.[`${PREFIX}${mode}-version`];
    let result = PRIVILEGED;
    if (level !== undefined) {
      if ((LEVELS as readonly string[]).includes(level))
        result = { ...result, level: level as Level };
      else {
        errors.push(invalid(at(mode), level, `must be one of ${LEVELS.join(', ')}`));
        if (mode === 'enforce') result = { level: 'restricted', minor: undefined };
      }
    }
    if (version !== undefined) {
      const match = /^v1\.(0|[1-9]\d*)$/.exec(version);
      if (match) result = { ...result, minor: Number(match[1]) };
      else if (version !== 'latest') {
        errors.push(invalid(at(`${mode}-version`), version, 'must be "latest" or "v1.x"'));
      }
    }
    return result;
  };
  const [enforce = PRIVILEGED, audit = PRIVILEGED, warn] = MODES.map(read);
  return { policy: { enforce, audit, warn: warn ?? PRIVILEGED }, errors };
}

export function isSameLevel(a: LevelVersion, b: LevelVersion): boolean {
  return a.level === b.level && a.minor === b.minor;
}

/** Whether a level forbids more than another. */
export function isStricter(level: Level, than: Level): boolean {
  return LEVELS.indexOf(level) > LEVELS.indexOf(than);
}

const checksOfLevels = new Map<string, readonly CheckPod[]>();

/** The checks of a level in the order in which they are told. Models policy.NewEvaluator's registry. */
function checksOf(level: LevelVersion): readonly CheckPod[] {
  const key = levelText(level);
  let checks = checksOfLevels.get(key);
  if (!checks) {
    checks = selectChecks(level);
    checksOfLevels.set(key, checks);
  }
  return checks;
}

function selectChecks({ level, minor = Number.POSITIVE_INFINITY }: LevelVersion): CheckPod[] {
  if (level === 'privileged') return [];
  const isServed = ({ versions }: (typeof BASELINE_CHECKS)[number]) =>
    (versions[0]?.[0] ?? 0) <= minor;
  const restricted = level === 'restricted' ? RESTRICTED_CHECKS.filter(isServed) : [];
  const overridden = new Set(restricted.flatMap(({ overrides }) => overrides ?? []));
  const baseline = BASELINE_CHECKS.filter(isServed).filter(({ id }) => !overridden.has(id));
  return [...baseline, ...restricted].flatMap(({ versions }) => {
    const [, check] = versions.filter(([since]) => since <= minor).at(-1) ?? [];
    return check ? [check] : [];
  });
}

/** What keeps a pod from a level. */
export function violationsOf(level: LevelVersion, pod: SecurityPod): Violation[] {
  return checksOf(level).flatMap((check) => check(pod) ?? []);
}

/** `host namespaces (hostNetwork=true), privileged (…)`. */
export function violationsText(violations: readonly Violation[]): string {
  return violations
    .map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`))
    .join(', ');
}
