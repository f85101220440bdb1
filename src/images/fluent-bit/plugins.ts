import type { Bytes } from '../../runtime/bytes';
import type { Section } from './section';

/** Kinds of plugins that a configuration has sections for. */
export type PluginKind = 'input' | 'filter' | 'output';

/** Properties that every instance of a kind takes, beside its own ones. */
const COMMON: Readonly<Record<PluginKind, readonly string[]>> = {
  input: [
    ...'name tag log_level log_suppress_interval routable alias mem_buf_limit listen host port ipv6'.split(
      ' ',
    ),
    ...'storage.type storage.pause_on_chunks_overlimit threaded'.split(' '),
    ...'thread.ring_buffer.capacity thread.ring_buffer.window processors'.split(' '),
  ],
  filter: 'name match match_regex alias log_level log_suppress_interval'.split(' '),
  output: [
    ...'name match match_regex alias log_level log_suppress_interval host port ipv6'.split(' '),
    ...'retry_limit storage.total_limit_size workers processors no_multiplex'.split(' '),
  ],
};

/** Own properties of what is modelled, in the order of their config maps; undefined: no check is made. */
const OWN: Readonly<Record<PluginKind, Readonly<Record<string, readonly string[]>>>> = {
  input: {
    cpu: 'interval_sec interval_nsec pid'.split(' '),
    dummy:
      'samples dummy metadata rate interval_sec interval_nsec copies start_time_sec start_time_nsec fixed_timestamp flush_on_startup test_hang_on_exit'.split(
        ' ',
      ),
    forward:
      'tag_prefix shared_key self_hostname security.users unix_path unix_perm buffer_chunk_size buffer_max_size empty_shared_key'.split(
        ' ',
      ),
    http: 'http2 buffer_max_size buffer_chunk_size success_header tag_key successful_response_code'.split(
      ' ',
    ),
    mem: 'interval_sec interval_nsec pid'.split(' '),
    tail: [
      ...'path exclude_path key read_from_head read_newly_discovered_files_from_head'.split(' '),
      ...'refresh_interval watcher_interval progress_check_interval'.split(' '),
      ...'progress_check_interval_nsec rotate_wait docker_mode docker_mode_flush'.split(' '),
      ...'docker_mode_parser path_key offset_key ignore_older ignore_active_older_files'.split(' '),
      ...'buffer_chunk_size buffer_max_size static_batch_size event_batch_size'.split(' '),
      ...'skip_long_lines exit_on_eof skip_empty_lines truncate_long_lines'.split(' '),
      ...'file_cache_advise inotify_watcher parser tag_regex db db.sync db.locking'.split(' '),
      ...'db.journal_mode db.compare_filename multiline multiline_flush'.split(' '),
      ...'parser_firstline parser_ multiline.parser unicode.encoding generic.encoding'.split(' '),
    ],
    tcp: 'format separator chunk_size buffer_size source_address_key'.split(' '),
  },
  filter: {
    grep: 'regex exclude logical_op'.split(' '),
    modify:
      'Set Add Remove Remove_wildcard Remove_regex Move_To_Start Move_To_End Rename Hard_Rename Copy Hard_copy Condition'.split(
        ' ',
      ),
    parser: 'Key_Name Parser Preserve_Key Reserve_Data Unescape_key'.split(' '),
    record_modifier: 'record remove_key allowlist_key whitelist_key uuid_key'.split(' '),
  },
  output: {
    es: [
      ...'index type suppress_type_name http_user http_passwd http_api_key compress cloud_id'.split(
        ' ',
      ),
      ...'cloud_auth aws_auth logstash_format logstash_prefix logstash_prefix_separator'.split(' '),
      ...'logstash_prefix_key logstash_dateformat time_key time_key_format time_key_nanos'.split(
        ' ',
      ),
      ...'include_tag_key tag_key buffer_size path pipeline generate_id write_operation'.split(' '),
      ...'id_key replace_dots current_time_index trace_output trace_error'.split(' '),
    ],
    file: 'path file format delimiter label_delimiter template csv_column_names mkdir'.split(' '),
    forward: [
      ...'time_as_integer retain_metadata_in_forward_mode shared_key self_hostname'.split(' '),
      ...'empty_shared_key send_options require_ack_response username password'.split(' '),
      ...'unix_path upstream tag compress fluentd_compat add_option'.split(' '),
    ],
    http: [
      ...'proxy allow_duplicated_headers log_response_payload http.response_timeout'.split(' '),
      ...'http.read_idle_timeout http_user http_passwd aws_auth aws_service header_tag'.split(' '),
      ...'format json_date_format json_date_key compress header uri http_method'.split(' '),
      ...'gelf_timestamp_key gelf_host_key gelf_short_message_key gelf_full_message_key'.split(' '),
      ...'gelf_level_key body_key headers_key'.split(' '),
    ],
    loki: [
      ...'uri tenant_id tenant_id_key labels structured_metadata'.split(' '),
      ...'structured_metadata_map_keys auto_kubernetes_labels drop_single_key label_keys'.split(
        ' ',
      ),
      ...'remove_keys line_format label_map_path http_user http_passwd buffer_size'.split(' '),
      ...'bearer_token header compress'.split(' '),
    ],
    null: [],
    stdout: 'format json_date_format json_date_key'.split(' '),
  },
};

/** Plugins that Fluent Bit has and this model has not. */
const NOT_SIMULATED: Readonly<Record<PluginKind, readonly string[]>> = {
  input: [
    ...'disk docker docker_events elasticsearch emitter event_type exec exec_wasi'.split(' '),
    ...'fluentbit_metrics health kafka kmsg kubernetes_events mqtt netif nginx_metrics'.split(' '),
    ...'node_exporter_metrics opentelemetry proc process_exporter_metrics'.split(' '),
    ...'prometheus_remote_write prometheus_scrape prometheus_textfile random serial splunk'.split(
      ' ',
    ),
    ...'statsd stdin storage_backlog syslog systemd thermal udp'.split(' '),
  ],
  filter: [
    ...'alter_size aws checklist ecs expect geoip2 kubernetes log_to_metrics lua multiline'.split(
      ' ',
    ),
    ...'nest nightfall rewrite_tag stdout sysinfo tensorflow throttle throttle_size'.split(' '),
    ...'type_converter wasm'.split(' '),
  ],
  output: [
    ...'azure azure_blob azure_kusto bigquery chronicle cloudwatch_logs counter datadog'.split(' '),
    ...'exit flowcounter gelf influxdb kafka kafka-rest kinesis_firehose kinesis_streams'.split(
      ' ',
    ),
    ...'logdna nats nrlogs opensearch opentelemetry oracle_log_analytics pgsql plot'.split(' '),
    ...'prometheus_exporter prometheus_remote_write retry s3 skywalking slack splunk'.split(' '),
    ...'stackdriver syslog tcp td udp vivo_exporter websocket zig_demo'.split(' '),
  ],
};

export function isModelled(kind: PluginKind, name: string): boolean {
  return Object.hasOwn(OWN[kind], name);
}

export function isKnown(kind: PluginKind, name: string): boolean {
  return isModelled(kind, name) || NOT_SIMULATED[kind].includes(name);
}

/** What is wrong with a section's properties (src/flb_config_map.c); undefined: nothing. */
export function unknownProperty(
  kind: PluginKind,
  plugin: string,
  section: Section,
): Bytes | undefined {
  const own = OWN[kind][plugin];
  if (!own) return undefined;
  const allowed = new Set([...COMMON[kind], ...own].map((name) => name.toLowerCase()));
  for (const [name] of section.properties) {
    const key = name.toLowerCase();
    if (allowed.has(key) || /^(tls|net)(\.|$)/.test(key) || /^parser_\d+$/.test(key)) continue;
    const list =
      own.length < 2
        ? own.map((option) => `${option}.`).join('')
        : `${own.slice(0, -1).join(', ')}, and ${own.at(-1)}.`;
    return `[config] ${plugin}: unknown configuration property '${name}'. The following properties are allowed: ${list}`;
  }
  return undefined;
}
