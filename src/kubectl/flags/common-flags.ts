import { bool, duration, type Flag, int, int64, string, stringArray, stringSlice } from './flag';

/** Flags that every command has. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  string('as', undefined, {
    help: 'Username to impersonate for the operation. User could be a regular user or a service account in a namespace.',
  }),
  stringArray('as-group', undefined, {
    help: 'Group to impersonate for the operation, this flag can be repeated to specify multiple groups.',
  }),
  string('as-uid', undefined, { help: 'UID to impersonate for the operation.' }),
  stringArray('as-user-extra', undefined, {
    help: 'User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key.',
  }),
  string('cache-dir', undefined, { default: '/root/.kube/cache', help: 'Default cache directory' }),
  string('certificate-authority', undefined, {
    help: 'Path to a cert file for the certificate authority',
  }),
  string('client-certificate', undefined, { help: 'Path to a client certificate file for TLS' }),
  string('client-key', undefined, { help: 'Path to a client key file for TLS' }),
  string('cluster', undefined, { help: 'The name of the kubeconfig cluster to use' }),
  string('context', undefined, { help: 'The name of the kubeconfig context to use' }),
  bool('disable-compression', undefined, {
    help: 'If true, opt-out of response compression for all requests to the server',
  }),
  bool('insecure-skip-tls-verify', undefined, {
    help: "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
  }),
  string('kubeconfig', undefined, { help: 'Path to the kubeconfig file to use for CLI requests.' }),
  string('kuberc', undefined, {
    help: 'Path to the kuberc file to use for preferences. This can be disabled by exporting KUBECTL_KUBERC=false feature gate or turning off the feature KUBERC=off.',
  }),
  duration('log-flush-frequency', undefined, {
    default: '5s',
    help: 'Maximum number of seconds between log flushes',
  }),
  bool('match-server-version', undefined, {
    help: 'Require server version to match client version',
  }),
  string('namespace', 'n', { help: 'If present, the namespace scope for this CLI request' }),
  string('password', undefined, { help: 'Password for basic authentication to the API server' }),
  string('profile', undefined, {
    default: 'none',
    help: 'Name of profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex|trace)',
  }),
  string('profile-output', undefined, {
    default: 'profile.pprof',
    help: 'Name of the file to write the profile to',
  }),
  string('request-timeout', undefined, {
    default: '0',
    help: "The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don't timeout requests.",
  }),
  string('server', 's', { help: 'The address and port of the Kubernetes API server' }),
  string('tls-server-name', undefined, {
    help: 'Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used',
  }),
  string('token', undefined, { help: 'Bearer token for authentication to the API server' }),
  string('user', undefined, { help: 'The name of the kubeconfig user to use' }),
  string('username', undefined, { help: 'Username for basic authentication to the API server' }),
  int('v', 'v', { default: '0', help: 'number for the log level verbosity' }),
  string('vmodule', undefined, {
    unquoted: true,
    help: 'comma-separated list of pattern=N settings for file-filtered logging (only works for the default text log format)',
  }),
  bool('warnings-as-errors', undefined, {
    help: 'Treat warnings received from the server as errors and exit with a non-zero exit code',
  }),
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
