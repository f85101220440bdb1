import { bool, duration, type Flag, int, int64, string, stringArray, stringSlice } from './flag';

/** Flags that every command has. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  string('as'),
  stringArray('as-group'),
  string('as-uid'),
  stringArray('as-user-extra'),
  string('cache-dir', undefined, { default: '/root/.kube/cache' }),
  string('certificate-authority'),
  string('client-certificate'),
  string('client-key'),
  string('cluster'),
  string('context'),
  bool('disable-compression'),
  bool('insecure-skip-tls-verify'),
  string('kubeconfig'),
  string('kuberc'),
  string('log-flush-frequency', undefined, { default: '5s' }),
  bool('match-server-version'),
  string('namespace', 'n'),
  string('password'),
  string('profile', undefined, { default: 'none' }),
  string('profile-output', undefined, { default: 'profile.pprof' }),
  string('request-timeout', undefined, { default: '0' }),
  string('server', 's'),
  string('tls-server-name'),
  string('token'),
  string('user'),
  string('username'),
  int('v', 'v', { default: '0' }),
  string('vmodule'),
  bool('warnings-as-errors'),
];

export const FILENAME_FLAGS: readonly Flag[] = [
  stringSlice('filename', 'f'),
  string('kustomize', 'k'),
  bool('recursive', 'R'),
];

/** `-o` and the flags that go with it. */
export const PRINT_FLAGS: readonly Flag[] = [
  string('output', 'o'),
  bool('allow-missing-template-keys', undefined, { default: 'true' }),
  bool('show-managed-fields'),
  string('template'),
];

export const DRY_RUN_FLAG: Flag = string('dry-run', undefined, {
  default: 'none',
  bare: 'unchanged',
});

export const VALIDATE_FLAG: Flag = string('validate', undefined, {
  default: 'strict',
  bare: 'strict',
});

export const RECORD_FLAG: Flag = bool('record', undefined, {
  deprecated: '--record will be removed in the future',
});

export const SAVE_CONFIG_FLAG: Flag = bool('save-config');
export const SELECTOR_FLAG: Flag = string('selector', 'l');
export const FIELD_SELECTOR_FLAG: Flag = string('field-selector');
export const ALL_NAMESPACES_FLAG: Flag = bool('all-namespaces', 'A');
export const CHUNK_SIZE_FLAG: Flag = int64('chunk-size', undefined, { default: '500' });

export function fieldManagerFlag(name: string): Flag {
  return string('field-manager', undefined, { default: name });
}

export function podRunningTimeout(text: string): Flag {
  return duration('pod-running-timeout', undefined, { default: text });
}
