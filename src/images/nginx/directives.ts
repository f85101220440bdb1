/**
 * What nginx knows of a directive: where it may stand, how many arguments it takes, whether it opens a block.
 * Contexts: m main, e events, h http, s server, l location, i if in a location, j if in a server, u upstream,
 * x limit_except; of stream: S stream, V server, U upstream.
 */
export interface DirectiveRule {
  readonly contexts: string;
  readonly least: number;
  readonly most: number;
  readonly block: boolean;
  /** Takes `on` or `off`. */
  readonly flag: boolean;
  /** May stand only once in a block. */
  readonly unique: boolean;
}

const ANYWHERE = 'hsl';

/**
 * A line for each kind: contexts, arguments (`1`, `1-2`, `1+`, `flag`), `{` for blocks, `!` for those that may
 * not be repeated; then the names.
 */
const TABLE: readonly (readonly [contexts: string, args: string, names: string])[] = [
  ['m', '0{!', 'events http stream mail'],
  ['h', '0{', 'server'],
  ['S', '0{', 'server'],
  ['sl', '1-2{', 'location'],
  ['sl', '1+{', 'if'],
  ['l', '1+{', 'limit_except'],
  ['hS', '1{', 'upstream'],
  ['hS', '2{', 'map split_clients'],
  ['hS', '1-2{', 'geo'],
  ['hsl', '0{', 'types'],
  ['uU', '1+', 'server'],
  ['uU', '0', 'ip_hash'],
  ['uU', '0-1', 'least_conn'],
  ['uU', '0+', 'random'],
  ['uU', '1-2', 'hash zone'],
  ['u', '1', 'keepalive keepalive_requests keepalive_time keepalive_timeout'],
  ['mehslijuxSVU', '1', 'include'],
  ['m', 'flag!', 'daemon master_process pcre_jit'],
  ['m', '1!', 'pid worker_processes worker_priority worker_rlimit_nofile worker_shutdown_timeout'],
  ['m', '1-2!', 'user'],
  ['m', '1', 'env load_module lock_file timer_resolution thread_pool worker_cpu_affinity'],
  ['e', '1!', 'worker_connections use'],
  ['e', 'flag!', 'multi_accept accept_mutex'],
  ['mhslSV', '1+', 'error_log'],
  ['hsliSV', '1+', 'access_log'],
  ['hS', '2+', 'log_format'],
  ['sV', '1+', 'listen'],
  ['s', '1+', 'server_name'],
  [ANYWHERE, '1!', 'default_type client_max_body_size client_body_timeout send_timeout limit_rate'],
  ['hsli', '1!', 'root'],
  ['l', '1!', 'alias'],
  [ANYWHERE, 'flag!', 'sendfile tcp_nodelay tcp_nopush etag log_not_found log_subrequest'],
  [ANYWHERE, 'flag!', 'absolute_redirect port_in_redirect server_name_in_redirect msie_padding'],
  [ANYWHERE, 'flag!', 'recursive_error_pages reset_timedout_connection chunked_transfer_encoding'],
  [ANYWHERE, 'flag!', 'client_body_in_single_buffer autoindex autoindex_exact_size gunzip'],
  [ANYWHERE, 'flag!', 'autoindex_localtime log_not_found gzip_vary'],
  ['hsli', 'flag!', 'gzip'],
  ['hs', 'flag!', 'ignore_invalid_headers merge_slashes underscores_in_headers http2'],
  [
    ANYWHERE,
    '1',
    'gzip_comp_level gzip_http_version gzip_min_length gzip_static if_modified_since',
  ],
  [ANYWHERE, '1+', 'gzip_disable gzip_proxied gzip_types charset_types sub_filter_types'],
  [ANYWHERE, '2', 'gzip_buffers output_buffers sub_filter proxy_buffers fastcgi_buffers'],
  [ANYWHERE, '1', 'charset source_charset autoindex_format directio sendfile_max_chunk'],
  [ANYWHERE, '1-2', 'keepalive_timeout open_file_cache lingering_close'],
  [ANYWHERE, '1', 'keepalive_requests keepalive_time keepalive_disable client_body_buffer_size'],
  [ANYWHERE, '1', 'types_hash_max_size types_hash_bucket_size server_tokens resolver_timeout'],
  [
    ANYWHERE,
    '1',
    'open_file_cache_valid open_file_cache_min_uses open_file_cache_errors max_ranges',
  ],
  [ANYWHERE, '1-4', 'client_body_temp_path proxy_temp_path fastcgi_temp_path uwsgi_temp_path'],
  [ANYWHERE, '1-4', 'scgi_temp_path'],
  ['hs', '1', 'client_header_timeout client_header_buffer_size'],
  ['hs', '2', 'large_client_header_buffers'],
  ['h', '1', 'server_names_hash_bucket_size server_names_hash_max_size variables_hash_max_size'],
  ['h', '1', 'variables_hash_bucket_size map_hash_bucket_size map_hash_max_size'],
  ['hslSV', '1+', 'resolver'],
  [ANYWHERE, '1+', 'index'],
  ['hsli', '2+', 'error_page'],
  ['hsli', '2-3', 'add_header add_trailer'],
  ['hsli', '1-2', 'expires'],
  ['sl', '2+', 'try_files'],
  ['l', '0', 'internal'],
  ['sl', '0-1', 'stub_status'],
  ['slij', '1-2', 'return'],
  ['slij', '2-3', 'rewrite'],
  ['slij', '2', 'set'],
  ['slij', '0', 'break'],
  ['hslij', 'flag', 'rewrite_log'],
  ['hslx', '1', 'allow deny'],
  ['SV', '1', 'allow deny'],
  ['hslx', '1', 'auth_basic auth_basic_user_file'],
  [ANYWHERE, '1', 'auth_request satisfy auth_delay'],
  [ANYWHERE, '2', 'auth_request_set'],
  ['h', '3-4', 'limit_req_zone'],
  ['hS', '2', 'limit_conn_zone'],
  [ANYWHERE, '1-3', 'limit_req'],
  ['hslSV', '2', 'limit_conn'],
  [ANYWHERE, '1', 'limit_req_status limit_req_log_level limit_conn_status limit_conn_log_level'],
  [ANYWHERE, 'flag', 'limit_req_dry_run'],
  ['lix', '1', 'proxy_pass'],
  ['V', '1', 'proxy_pass'],
  [ANYWHERE, '2', 'proxy_set_header'],
  [ANYWHERE, '1', 'proxy_hide_header proxy_pass_header proxy_http_version proxy_method proxy_bind'],
  [ANYWHERE, '1-2', 'proxy_redirect'],
  [ANYWHERE, '1+', 'proxy_next_upstream proxy_cookie_path proxy_cookie_domain proxy_cookie_flags'],
  [ANYWHERE, '1', 'proxy_next_upstream_tries proxy_next_upstream_timeout proxy_set_body'],
  [ANYWHERE, '1', 'proxy_send_timeout proxy_read_timeout proxy_buffer_size'],
  ['hslSV', '1', 'proxy_connect_timeout'],
  [ANYWHERE, '1', 'proxy_busy_buffers_size proxy_max_temp_file_size proxy_temp_file_write_size'],
  [ANYWHERE, '1+', 'proxy_cache proxy_cache_valid proxy_cache_use_stale proxy_cache_key'],
  [ANYWHERE, '1+', 'proxy_cache_bypass proxy_no_cache proxy_ignore_headers proxy_cache_methods'],
  [ANYWHERE, '1', 'proxy_cache_lock proxy_cache_min_uses proxy_cache_background_update'],
  ['h', '2+', 'proxy_cache_path'],
  [ANYWHERE, 'flag', 'proxy_buffering proxy_request_buffering proxy_intercept_errors'],
  [
    ANYWHERE,
    'flag',
    'proxy_pass_request_headers proxy_pass_request_body proxy_ignore_client_abort',
  ],
  [ANYWHERE, 'flag', 'proxy_ssl_server_name proxy_ssl_verify proxy_ssl_session_reuse'],
  [ANYWHERE, '1+', 'proxy_ssl_name proxy_ssl_trusted_certificate proxy_ssl_protocols'],
  [ANYWHERE, '1', 'proxy_ssl_ciphers proxy_ssl_certificate proxy_ssl_certificate_key'],
  ['V', '1', 'proxy_timeout proxy_responses ssl_preread proxy_protocol'],
  ['hsSV', '1', 'ssl_certificate ssl_certificate_key ssl_ciphers ssl_session_timeout ssl_dhparam'],
  ['hsSV', '1', 'ssl_ecdh_curve ssl_client_certificate ssl_verify_client ssl_trusted_certificate'],
  ['hsSV', '1', 'ssl_buffer_size ssl_session_tickets ssl_stapling ssl_stapling_verify'],
  ['hsSV', '1+', 'ssl_protocols'],
  ['hsSV', '1-2', 'ssl_session_cache'],
  ['hsSV', 'flag', 'ssl_prefer_server_ciphers ssl_reject_handshake'],
  ['lix', '1', 'fastcgi_pass uwsgi_pass scgi_pass grpc_pass memcached_pass'],
  [ANYWHERE, '1+', 'fastcgi_param fastcgi_index fastcgi_split_path_info fastcgi_read_timeout'],
  [ANYWHERE, '1+', 'uwsgi_param real_ip_header set_real_ip_from real_ip_recursive'],
  [ANYWHERE, '1', 'add_before_body add_after_body ssi mirror secure_link addition_types'],
  ['sl', '1+', 'valid_referers'],
];

const RULES = parseTable();

function parseTable(): ReadonlyMap<string, readonly DirectiveRule[]> {
  const rules = new Map<string, DirectiveRule[]>();
  for (const [contexts, args, names] of TABLE) {
    const match = /^(?:(\d+)(?:-(\d+)|(\+))?|flag)/.exec(args);
    const flag = args.startsWith('flag');
    const least = flag ? 1 : Number(match?.[1] ?? 0);
    const most = match?.[3] ? Number.POSITIVE_INFINITY : Number(match?.[2] ?? least);
    const rule: DirectiveRule = {
      contexts,
      least,
      most,
      flag,
      block: args.includes('{'),
      unique: args.includes('!'),
    };
    for (const name of names.split(' ')) rules.set(name, [...(rules.get(name) ?? []), rule]);
  }
  return rules;
}

/** The rule for a directive in a context; `unknown` or `not allowed` when there is none. */
export function ruleFor(name: string, context: string): DirectiveRule | 'unknown' | 'not allowed' {
  const rules = RULES.get(name);
  if (!rules) return 'unknown';
  return rules.find(({ contexts }) => contexts.includes(context)) ?? 'not allowed';
}

/** Blocks in which every word is an entry of its own. */
export const FREE_BLOCKS: ReadonlySet<string> = new Set(['types', 'map', 'geo', 'split_clients']);

/** The context inside a block. */
export function contextInside(name: string, context: string): string {
  const ofStream = context === 'S';
  switch (name) {
    case 'events':
      return 'e';
    case 'http':
      return 'h';
    case 'stream':
      return 'S';
    case 'server':
      return ofStream ? 'V' : 's';
    case 'upstream':
      return ofStream ? 'U' : 'u';
    case 'if':
      return context === 's' ? 'j' : 'i';
    case 'limit_except':
      return 'x';
    default:
      return 'l';
  }
}
