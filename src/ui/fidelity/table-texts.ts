interface TableText {
  readonly group: TableGroup;
  readonly title: string;
  readonly what: string;
}

export type TableGroup =
  | 'What a cluster did'
  | 'Kubelet and controllers'
  | 'API server'
  | 'kubectl'
  | 'Shell and tools';

export const TABLE_GROUPS: readonly TableGroup[] = [
  'What a cluster did',
  'Kubelet and controllers',
  'API server',
  'kubectl',
  'Shell and tools',
];

/** What each table is about, by its name. */
export const TABLE_TEXTS: Readonly<Record<string, TableText>> = {
  runs: {
    group: 'What a cluster did',
    title: 'Whole runs',
    what: 'Pods and small stories recorded on a cluster: transitions, times, events, logs, kubectl’s answers.',
  },
  lifecycle_recorded: {
    group: 'What a cluster did',
    title: 'Life cycles, recorded',
    what: 'What a cluster did in scenarios of restarts, probes, hooks and terminations.',
  },
  manifests: {
    group: 'What a cluster did',
    title: 'Manifests',
    what: 'Manifests from notes and public repositories: the stored object, or the refusal.',
  },
  mistakes: {
    group: 'What a cluster did',
    title: 'Mistakes',
    what: 'Typos, wrong types, misplaced fields: what the API server and kubectl say to each.',
  },
  lifecycle: {
    group: 'Kubelet and controllers',
    title: 'Life cycles',
    what: 'The node’s own end-to-end tests: init containers, sidecars, restarts, hooks, termination.',
  },
  podactions: {
    group: 'Kubelet and controllers',
    title: 'What to start and what to kill',
    what: 'The kubelet’s decision from a Pod’s spec and what runs.',
  },
  phase: {
    group: 'Kubelet and controllers',
    title: 'Phases',
    what: 'Pending, Running, Succeeded, Failed from the containers’ states.',
  },
  conditions: {
    group: 'Kubelet and controllers',
    title: 'Conditions',
    what: 'Ready, Initialized and the others, with their reasons.',
  },
  containerstatuses: {
    group: 'Kubelet and controllers',
    title: 'Container statuses',
    what: 'State, last state and restart count.',
  },
  podstatus: {
    group: 'Kubelet and controllers',
    title: 'Pod statuses',
    what: 'The status that the kubelet publishes.',
  },
  backoff: {
    group: 'Kubelet and controllers',
    title: 'Back-off',
    what: 'Delays of restarts and pulls, step by step.',
  },
  probes: {
    group: 'Kubelet and controllers',
    title: 'Probes',
    what: 'Thresholds, delays, and what a result does.',
  },
  events: {
    group: 'Kubelet and controllers',
    title: 'Events',
    what: 'Counting and aggregation.',
  },
  scheduling: {
    group: 'Kubelet and controllers',
    title: 'Scheduling',
    what: 'Which nodes fit, and why the others do not.',
  },
  endpoints: {
    group: 'Kubelet and controllers',
    title: 'Endpoints',
    what: 'Which Pods stand behind a Service.',
  },
  rollout: {
    group: 'Kubelet and controllers',
    title: 'Rollouts',
    what: 'Deployments and ReplicaSets: how many old and new Pods when.',
  },
  cronschedule: {
    group: 'Kubelet and controllers',
    title: 'Schedules of CronJobs',
    what: 'When the next run is due.',
  },
  workqueue: {
    group: 'Kubelet and controllers',
    title: 'Work queues',
    what: 'In which order controllers take up changes.',
  },
  expansion: {
    group: 'Kubelet and controllers',
    title: '$(VAR) in commands',
    what: 'Which variables are replaced, and how one writes a real $.',
  },
  qos: {
    group: 'Kubelet and controllers',
    title: 'QoS classes',
    what: 'From requests and limits.',
  },
  decode: {
    group: 'API server',
    title: 'Reading manifests',
    what: 'Unknown, doubled and mistyped fields, in kubectl’s words.',
  },
  yaml: {
    group: 'API server',
    title: 'YAML',
    what: 'What the text means, and its error messages.',
  },
  validation: {
    group: 'API server',
    title: 'Validation',
    what: 'What is invalid in a Pod, at creation and in changes, word for word.',
  },
  podsecurity: {
    group: 'API server',
    title: 'Pod Security',
    what: 'What the levels allow, and the text of each refusal.',
  },
  resources: {
    group: 'API server',
    title: 'Quotas and limits',
    what: 'Defaults, sums and refusals of ResourceQuota and LimitRange.',
  },
  metadata: {
    group: 'API server',
    title: 'Names, labels, annotations',
    what: 'What may be in them, and the words when it may not.',
  },
  quantity: { group: 'API server', title: 'Quantities', what: '100m, 1Gi, 1e3 and their kin.' },
  quantity_more: {
    group: 'API server',
    title: 'More quantities',
    what: 'Arithmetic and canonical form.',
  },
  patch: { group: 'API server', title: 'Patches', what: 'JSON, merge and strategic merge.' },
  serversideapply: {
    group: 'API server',
    title: 'Server-side apply',
    what: 'Managed fields and conflicts.',
  },
  selector: { group: 'API server', title: 'Selectors', what: 'Of labels and fields.' },
  printers: { group: 'kubectl', title: 'Tables of Pods', what: 'STATUS, READY, RESTARTS, AGE.' },
  printers_other: {
    group: 'kubectl',
    title: 'Tables of other kinds',
    what: 'The columns of kubectl get.',
  },
  jsonpath: { group: 'kubectl', title: 'JSONPath', what: '-o jsonpath and its errors.' },
  jsonpath_more: {
    group: 'kubectl',
    title: 'More JSONPath',
    what: 'Filters, ranges, odd spellings.',
  },
  duration: { group: 'kubectl', title: 'Ages', what: '5s, 2m10s, 3h5m.' },
  humanduration_more: { group: 'kubectl', title: 'More ages', what: 'At every edge.' },
  kubectl: {
    group: 'kubectl',
    title: 'Commands',
    what: 'Output, errors and exit codes of kubectl’s commands.',
  },
  kubectl_corpus: {
    group: 'kubectl',
    title: 'Commands from exercises',
    what: 'kubectl lines that people practise with.',
  },
  shell: {
    group: 'Shell and tools',
    title: 'The shell',
    what: 'Scripts as busybox’s ash runs them: output, errors, exit codes.',
  },
  applets: {
    group: 'Shell and tools',
    title: 'Tools',
    what: 'grep, sed, awk, find … as busybox has them.',
  },
  wild: {
    group: 'Shell and tools',
    title: 'Scripts from the wild',
    what: 'Scripts of real Pods, run by a real busybox.',
  },
};
