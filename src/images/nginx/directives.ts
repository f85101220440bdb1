/** Where block directives may stand. Others are not checked for their place. */
export const CONTEXTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['events', ['main']],
  ['http', ['main']],
  ['stream', ['main']],
  ['mail', ['main']],
  ['server', ['http', 'stream', 'mail', 'upstream']],
  ['location', ['server', 'location']],
  ['upstream', ['http', 'stream']],
  ['types', ['http', 'server', 'location']],
  ['map', ['http', 'stream']],
  ['geo', ['http', 'stream']],
  ['split_clients', ['http', 'stream']],
]);

/** Names that nginx knows; anything else is `unknown directive`. Those without effect here are read over. */
const KNOWN = new Set(
  `absolute_redirect accept_mutex access_log add_after_body add_before_body add_header alias allow
  auth_basic auth_basic_user_file auth_request autoindex autoindex_exact_size autoindex_localtime break
  charset charset_types chunked_transfer_encoding client_body_buffer_size client_body_temp_path
  client_body_timeout client_header_buffer_size client_header_timeout client_max_body_size daemon
  default_type deny directio env error_log error_page etag events expires fastcgi_index fastcgi_param
  fastcgi_pass geo gzip gzip_buffers gzip_comp_level gzip_disable gzip_http_version gzip_min_length
  gzip_proxied gzip_static gzip_types gzip_vary hash http http2 if if_modified_since
  ignore_invalid_headers include index internal ip_hash keepalive keepalive_disable keepalive_requests
  keepalive_timeout large_client_header_buffers least_conn limit_conn limit_conn_zone limit_except
  limit_rate limit_req limit_req_log_level limit_req_status limit_req_zone lingering_close listen
  load_module location log_format log_not_found log_subrequest mail map map_hash_bucket_size
  map_hash_max_size master_process max_ranges merge_slashes multi_accept open_file_cache pcre_jit pid
  port_in_redirect proxy_buffer_size proxy_buffering proxy_buffers proxy_busy_buffers_size proxy_cache
  proxy_cache_path proxy_cache_valid proxy_connect_timeout proxy_hide_header proxy_http_version
  proxy_intercept_errors proxy_next_upstream proxy_pass proxy_pass_header proxy_pass_request_headers
  proxy_read_timeout proxy_redirect proxy_request_buffering proxy_send_timeout proxy_set_header
  proxy_ssl_verify proxy_temp_path random real_ip_header recursive_error_pages reset_timedout_connection
  resolver resolver_timeout return rewrite rewrite_log root satisfy sendfile sendfile_max_chunk server
  server_name server_name_in_redirect server_names_hash_bucket_size server_tokens set set_real_ip_from
  split_clients ssl_certificate ssl_certificate_key ssl_ciphers ssl_prefer_server_ciphers ssl_protocols
  ssl_session_cache ssl_session_timeout stream stub_status sub_filter tcp_nodelay tcp_nopush timer_resolution
  try_files types types_hash_bucket_size types_hash_max_size underscores_in_headers upstream use user
  uwsgi_pass valid_referers variables_hash_max_size worker_connections worker_processes
  worker_rlimit_nofile worker_shutdown_timeout zone`.split(/\s+/),
);

export function isKnownDirective(name: string): boolean {
  return KNOWN.has(name);
}
