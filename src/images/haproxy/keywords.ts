const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Keywords of the global section without effect here. */
export const GLOBAL_KEYWORDS = words(`
  ca-base chroot cpu-map crt-base daemon debug description expose-experimental-directives external-check
  gid group hard-stop-after h1-case-adjust h1-case-adjust-file insecure-fork-wanted insecure-setuid-wanted
  issuers-chain-path localpeer log log-send-hostname log-tag master-worker maxcompcpuusage maxcomprate maxconn
  maxconnrate maxpipes maxsessrate maxsslconn maxsslrate maxzlibmem mworker-max-reloads nbthread no noepoll
  nogetaddrinfo nokqueue nopoll noreuseport nosplice node numa-cpu-mapping pidfile presetenv profiling quiet
  resetenv server-state-base server-state-file set-dumpable set-var setenv spread-checks stats strict-limits
  thread-groups uid ulimit-n unix-bind unsetenv user wurfl-data-file zero-warning busy-polling
  default-path cluster-secret close-spread-time grace node harden.reject-privileged-ports.tcp anonkey
`);

/** Keywords of proxies without effect here; those with one are handled where they are read. */
export const PROXY_KEYWORDS = words(`
  backlog bind capture compression cookie declare default-server description disabled dispatch email-alert enabled
  errorfile errorfiles errorloc errorloc302 errorloc303 filter force-persist fullconn guid hash-balance-factor
  hash-preserve-affinity hash-type http-after-response http-check http-error http-response http-reuse
  http-send-name-header id ignore-persist load-server-state-from-file log-format log-format-sd log-tag
  max-keep-alive-queue max-session-srv-conns maxconn monitor monitor-uri no persist rate-limit redirect
  server-state-file-name server-template source stick stick-table tcp-check tcp-request tcp-response
  unique-id-format unique-id-header use-fcgi-app use-server error-log-format
`);

export const OPTIONS = words(`
  abortonclose accept-invalid-http-request accept-unsafe-violations-in-http-request allbackups checkcache
  clitcpka contstats dontlog-normal dontlognull external-check forwardfor h1-case-adjust-bogus-client
  h1-case-adjust-bogus-server http-buffer-request http-drop-request-trailers http-ignore-probes http-keep-alive
  http-no-delay http-pretend-keepalive http-restrict-req-hdr-names http-server-close http-use-htx
  http-use-proxy-header httpchk httpclose httplog httpslog idle-close-on-response independent-streams
  ldap-check log-health-checks log-separate-errors logasap mysql-check nolinger originalto persist pgsql-check
  prefer-last-server redis-check redispatch smtpchk socket-stats splice-auto splice-request splice-response
  spop-check srvtcpka ssl-hello-chk tcp-check tcp-smart-accept tcp-smart-connect tcpka tcplog transparent
`);

/** Parameters of `server`, with how many words each takes. */
export const SERVER_KEYWORDS: ReadonlyMap<string, 0 | 1> = new Map<string, 0 | 1>([
  ...[
    ...words(`addr agent-addr agent-inter agent-port alpn ca-file check-sni ciphers cookie crl-file crt
    downinter error-limit fall fastinter force id init-addr inter maxconn maxqueue minconn namespace
    observe on-error on-marked-down on-marked-up pool-low-conn pool-max-conn pool-purge-delay port proto redir
    resolve-net resolve-opts resolve-prefer resolvers rise slowstart sni source ssl-max-ver ssl-min-ver
    tcp-ut track verify verifyhost weight ws shard log-proto`),
  ].map((name) => [name, 1] as const),
  ...[
    ...words(`agent-check allow-0rtt backup check check-send-proxy check-ssl disabled enabled no-backup
    no-check non-stick send-proxy send-proxy-v2 ssl stick tfo no-ssl-reuse no-tls-tickets init-state`),
  ].map((name) => [name, 0] as const),
]);
