/** What an example waits for: a file of `lessons/examples/then` that one click applies. */
export interface Companion {
  /** Without its ending. */
  readonly file: string;
  /** What the click does. */
  readonly label: string;
}

export interface ExampleText {
  readonly id: string;
  readonly title: string;
  /** What to watch, and what to try. */
  readonly watch: string;
  readonly companions?: readonly Companion[];
}

export interface ExampleGroup {
  readonly title: string;
  readonly examples: readonly ExampleText[];
}

/** The manifests of the study notes, by pattern. */
export const EXAMPLE_GROUPS: readonly ExampleGroup[] = [
  {
    title: 'Sharing a Pod',
    examples: [
      {
        id: 'shared-volume-pod',
        title: 'Writer and reader share a volume',
        watch:
          'The reader’s log is the writer’s file, a line every five seconds. End the writer: the file outlives it, because the volume belongs to the Pod.',
      },
      {
        id: 'app-with-cache',
        title: 'An app with a Redis of its own',
        watch:
          'They meet on localhost:6379. End redis: the app logs refused connections and lives on, redis alone is started again, and its data is gone. The notes’ “one container failure restarts entire pod” is not so.',
      },
      {
        id: 'ipc-pod',
        title: 'Processes that see each other',
        watch:
          'kubectl exec ipc-pod -c container1 -- ps shows the other container’s process, and /pause as PID 1. Send it a signal with kill -HUP and read container2’s log.',
      },
      {
        id: 'multi-container-pod-short',
        title: 'A main container and its sidecar',
        watch:
          'Every ten seconds the sidecar asks the main container over localhost and logs the answer. End the main container: the sidecar says “Connection refused” for a moment and is not restarted.',
      },
    ],
  },
  {
    title: 'Sidecars',
    examples: [
      {
        id: 'webserver-with-logging-sidecar',
        title: 'A sidecar that reads nginx’s log',
        watch:
          'kubectl exec webserver-with-logging-sidecar -c nginx -- curl -s localhost, and the request’s line appears in the log of log-collector.',
      },
      {
        id: 'multi-container-pod',
        title: 'A log agent that gets no logs',
        watch:
          'Both containers run, and nothing works: the note mounts the volume in log-agent only. Give webapp the same mount.',
      },
      {
        id: 'webapp-with-logging',
        title: 'A log shipper that waits for its settings',
        watch:
          'Not even nginx starts: all volumes come first, and a ConfigMap is missing. Create it, and wait: the Pod starts by itself.',
        companions: [{ file: 'webapp-with-logging', label: 'Create the ConfigMap' }],
      },
      {
        id: 'app-with-metrics',
        title: 'An exporter beside the app',
        watch:
          'kubectl exec app-with-metrics -c webapp -- wget -qO- localhost:9113/metrics: the exporter asks the app at every scrape, and the scrape counts as a request.',
      },
      {
        id: 'production-app',
        title: 'A Deployment with everything',
        watch:
          'Three Pods wait for a ConfigMap; with it, they wait for Services that exist and yet are never found. Use full names below the editor, apply, and four containers each become ready. Then delete a Pod, or set an image that fails.',
        companions: [
          { file: 'production-app', label: 'Create Services and ConfigMap' },
          { file: 'config-server', label: 'Start the config server' },
        ],
      },
    ],
  },
  {
    title: 'Adapters',
    examples: [
      {
        id: 'app-with-monitoring-adapter',
        title: 'Metrics as Prometheus reads them',
        watch:
          'Compare localhost:8080/stats with localhost:9091/metrics: kubectl exec app-with-monitoring-adapter -c app -- wget -qO- … The adapter asks the app at every scrape.',
      },
      {
        id: 'app-with-adapter',
        title: 'A log in another format',
        watch:
          'The app writes lines of its own kind, the adapter adds JSON lines every ten seconds. Look into both volumes. Who reads the second one?',
      },
      {
        id: 'database-with-adapter',
        title: 'REST in front of an old database',
        watch:
          'kubectl exec database-with-adapter -c rest-adapter -- wget -qO- localhost:8080/records. End the database: the adapter answers 502 until it is back.',
      },
    ],
  },
  {
    title: 'Ambassadors',
    examples: [
      {
        id: 'redis-with-ambassador',
        title: 'Two containers, one port',
        watch:
          'The ambassador wants the port that redis has: “Address already in use”. Error for nearly all of the wait, CrashLoopBackOff for a blink. Give it env LISTEN_PORT: "6380".',
      },
      {
        id: 'app-with-ambassador',
        title: 'haproxy on the way to a database',
        watch:
          'It waits for a ConfigMap. With it, localhost:5432 in the Pod is a database elsewhere: the app knows nothing of where.',
        companions: [{ file: 'app-with-ambassador', label: 'Create database and ConfigMap' }],
      },
      {
        id: 'app-with-gateway',
        title: 'A gateway with passwords and limits',
        watch:
          'Once it has its ConfigMap: 401 without credentials, 200 with learner:let-me-in, 503 to those who ask too often. And port 8080 is still open to anybody who knows the Pod’s address.',
        companions: [{ file: 'app-with-gateway', label: 'Create the ConfigMap' }],
      },
    ],
  },
  {
    title: 'Init containers',
    examples: [
      {
        id: 'init-demo',
        title: 'Five seconds before the app',
        watch:
          'Init:0/1, then PodInitializing, then Running: the app starts when the init is done.',
      },
      {
        id: 'init-container-pod',
        title: 'One after the other',
        watch: 'The second init container starts when the first has ended, never before.',
      },
      {
        id: 'webapp',
        title: 'Waiting for two Services',
        watch:
          'Create both Services: it still waits, as on a real cluster. The log says why, and the repair is offered below the editor.',
        companions: [{ file: 'webapp', label: 'Create both Services' }],
      },
      {
        id: 'git-sync-pod',
        title: 'A web site from git',
        watch:
          'The init container clones, nginx serves: kubectl exec git-sync-pod -c webapp -- curl -s localhost. New commits do not come by themselves.',
      },
      {
        id: 'app-with-migration',
        title: 'A migration before the app',
        watch:
          'First a volume cannot be mounted, then a container cannot be created, then a database is asked: three ways of waiting, three words for them.',
        companions: [
          { file: 'app-with-migration', label: 'Create the ConfigMap' },
          { file: 'app-with-migration-database', label: 'Create Secret and database' },
        ],
      },
      {
        id: 'config-downloader',
        title: 'Settings from a server',
        watch:
          'Init:Error and Init:CrashLoopBackOff, longer and longer. The Pod is not restarted, as a note says: only its init container is. Start the servers and wait for the next try.',
        companions: [{ file: 'config-server', label: 'Start both servers' }],
      },
      {
        id: 'permission-setup',
        title: 'Owners and modes',
        watch:
          'kubectl exec permission-setup -- ls -ln /data. The init container ran as root and gave the folders to user 1000.',
      },
    ],
  },
];

export const EXAMPLE_TEXTS: readonly ExampleText[] = EXAMPLE_GROUPS.flatMap(
  ({ examples }) => examples,
);
