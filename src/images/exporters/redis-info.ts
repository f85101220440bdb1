import type { Bytes } from '../../runtime/bytes';
import type { MetricFamily, MetricType, Sample } from './exposition';

/** Fields of INFO that become gauges, with their names there (exporter.go metricMapGauges). */
const GAUGES: Readonly<Record<string, string>> = {
  uptime_in_seconds: 'uptime_in_seconds',
  process_id: 'process_id',
  io_threads_active: 'io_threads_active',
  connected_clients: 'connected_clients',
  blocked_clients: 'blocked_clients',
  maxclients: 'max_clients',
  tracking_clients: 'tracking_clients',
  pubsub_clients: 'pubsub_clients',
  watching_clients: 'watching_clients',
  client_recent_max_output_buffer: 'client_recent_max_output_buffer_bytes',
  client_recent_max_input_buffer: 'client_recent_max_input_buffer_bytes',
  used_memory: 'memory_used_bytes',
  used_memory_rss: 'memory_used_rss_bytes',
  used_memory_peak: 'memory_used_peak_bytes',
  used_memory_lua: 'memory_used_lua_bytes',
  used_memory_overhead: 'memory_used_overhead_bytes',
  used_memory_startup: 'memory_used_startup_bytes',
  used_memory_dataset: 'memory_used_dataset_bytes',
  used_memory_scripts: 'memory_used_scripts_bytes',
  number_of_cached_scripts: 'number_of_cached_scripts',
  maxmemory: 'memory_max_bytes',
  mem_fragmentation_ratio: 'mem_fragmentation_ratio',
  mem_fragmentation_bytes: 'mem_fragmentation_bytes',
  mem_clients_normal: 'mem_clients_normal',
  lazyfree_pending_objects: 'lazyfree_pending_objects',
  active_defrag_running: 'active_defrag_running',
  loading: 'loading_dump_file',
  async_loading: 'async_loading',
  rdb_changes_since_last_save: 'rdb_changes_since_last_save',
  rdb_bgsave_in_progress: 'rdb_bgsave_in_progress',
  rdb_last_save_time: 'rdb_last_save_timestamp_seconds',
  rdb_last_bgsave_status: 'rdb_last_bgsave_status',
  rdb_last_bgsave_time_sec: 'rdb_last_bgsave_duration_sec',
  rdb_current_bgsave_time_sec: 'rdb_current_bgsave_duration_sec',
  rdb_saves: 'rdb_saves_total',
  rdb_last_cow_size: 'rdb_last_cow_size_bytes',
  aof_enabled: 'aof_enabled',
  aof_rewrite_in_progress: 'aof_rewrite_in_progress',
  aof_rewrite_scheduled: 'aof_rewrite_scheduled',
  aof_last_bgrewrite_status: 'aof_last_bgrewrite_status',
  aof_last_write_status: 'aof_last_write_status',
  module_fork_in_progress: 'module_fork_in_progress',
  pubsub_channels: 'pubsub_channels',
  pubsub_patterns: 'pubsub_patterns',
  latest_fork_usec: 'latest_fork_seconds',
  connected_slaves: 'connected_slaves',
  repl_backlog_size: 'replication_backlog_bytes',
  repl_backlog_active: 'repl_backlog_is_active',
  repl_backlog_first_byte_offset: 'repl_backlog_first_byte_offset',
  repl_backlog_histlen: 'repl_backlog_history_bytes',
  master_repl_offset: 'master_repl_offset',
  second_repl_offset: 'second_repl_offset',
  sync_full: 'replica_resyncs_full',
  sync_partial_ok: 'replica_partial_resync_accepted',
  sync_partial_err: 'replica_partial_resync_denied',
};

/** Fields that become counters (metricMapCounters). */
const COUNTERS: Readonly<Record<string, string>> = {
  total_connections_received: 'connections_received_total',
  total_commands_processed: 'commands_processed_total',
  rejected_connections: 'rejected_connections_total',
  total_net_input_bytes: 'net_input_bytes_total',
  total_net_output_bytes: 'net_output_bytes_total',
  expired_keys: 'expired_keys_total',
  evicted_keys: 'evicted_keys_total',
  evicted_clients: 'evicted_clients_total',
  keyspace_hits: 'keyspace_hits_total',
  keyspace_misses: 'keyspace_misses_total',
  used_cpu_sys: 'cpu_sys_seconds_total',
  used_cpu_user: 'cpu_user_seconds_total',
  used_cpu_sys_children: 'cpu_sys_children_seconds_total',
  used_cpu_user_children: 'cpu_user_children_seconds_total',
  used_cpu_sys_main_thread: 'cpu_sys_main_thread_seconds_total',
  used_cpu_user_main_thread: 'cpu_user_main_thread_seconds_total',
  unexpected_error_replies: 'unexpected_error_replies',
  total_error_replies: 'total_error_replies',
  total_reads_processed: 'total_reads_processed',
  total_writes_processed: 'total_writes_processed',
};

/** Redis has so many databases unless it is configured otherwise. */
const DATABASES = 16;

/** What INFO says, as metrics. Models exporter/info.go. */
export function infoFamilies(namespace: Bytes, info: Bytes, nowMs: number): MetricFamily[] {
  const fields = new Map<Bytes, Bytes>();
  for (const line of info.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const families: MetricFamily[] = [];
  const add = (name: string, type: MetricType, help: string, samples: readonly Sample[]) =>
    families.push({ name: `${namespace}_${name}`, type, help, samples });
  for (const [field, text] of fields) {
    const isCounter = Object.hasOwn(COUNTERS, field);
    const name = isCounter
      ? COUNTERS[field]
      : Object.hasOwn(GAUGES, field)
        ? GAUGES[field]
        : undefined;
    const value = numberOf(text);
    if (name === undefined || value === undefined) continue;
    const scaled = field === 'latest_fork_usec' ? value / 1e6 : value;
    add(name, isCounter ? 'counter' : 'gauge', `${name} metric`, [{ labels: [], value: scaled }]);
  }
  const uptime = Number(fields.get('uptime_in_seconds') ?? Number.NaN);
  if (!Number.isNaN(uptime)) {
    const value = Math.floor(nowMs / 1000) - uptime;
    add('start_time_seconds', 'gauge', 'start_time_seconds metric', [{ labels: [], value }]);
  }
  addDatabases(fields, add);
  add('instance_info', 'gauge', 'instance_info metric', [
    { labels: instanceLabels(fields), value: 1 },
  ]);
  return families;
}

function numberOf(text: Bytes): number | undefined {
  if (text === 'ok' || text === 'true') return 1;
  if (text === 'err' || text === 'fail' || text === 'false') return 0;
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? undefined : value;
}

function addDatabases(
  fields: ReadonlyMap<Bytes, Bytes>,
  add: (name: string, type: MetricType, help: string, samples: readonly Sample[]) => void,
): void {
  const keys: Sample[] = [];
  const expiring: Sample[] = [];
  const ttl: Sample[] = [];
  const names = [...Array(DATABASES).keys()].map((index) => `db${index}`);
  // client_golang sorts samples by their labels: db0, db1, db10 …
  for (const name of names.sort()) {
    const labels = [['db', name]] as const;
    const text = fields.get(name) ?? '';
    const part = (key: string) => Number(new RegExp(`${key}=(\\d+)`).exec(text)?.[1] ?? 0);
    keys.push({ labels, value: part('keys') });
    expiring.push({ labels, value: part('expires') });
    if (text.includes('avg_ttl=')) ttl.push({ labels, value: part('avg_ttl') / 1000 });
  }
  add('db_keys', 'gauge', 'Total number of keys by DB', keys);
  add('db_keys_expiring', 'gauge', 'Total number of expiring keys by DB', expiring);
  if (ttl.length > 0) add('db_avg_ttl_seconds', 'gauge', 'Avg TTL in seconds', ttl);
}

const INSTANCE_LABELS = [
  ['master_replid', 'master_replid'],
  ['maxmemory_policy', 'maxmemory_policy'],
  ['os', 'os'],
  ['process_id', 'process_id'],
  ['redis_build_id', 'redis_build_id'],
  ['redis_mode', 'redis_mode'],
  ['redis_version', 'redis_version'],
  ['role', 'role'],
  ['run_id', 'run_id'],
  ['tcp_port', 'tcp_port'],
] as const;

function instanceLabels(fields: ReadonlyMap<Bytes, Bytes>): (readonly [Bytes, Bytes])[] {
  return INSTANCE_LABELS.map(([label, field]) => [label, fields.get(field) ?? '']);
}
