import type { Bytes } from '../../runtime/bytes';
import type { Backend } from './backend';

/** A statistics page in fewer words than haproxy's: each server with its state and connections. */
export function statsPage(backends: readonly Backend[]): {
  bytes: Bytes;
  status: number;
  connectMs: number;
  retries: number;
} {
  const rows = backends.flatMap(({ config, servers }) =>
    servers.map(
      ({ config: server, up, connections }) =>
        `<tr><td>${config.name}</td><td>${server.name}</td><td>${server.check ? (up ? 'UP' : 'DOWN') : 'no check'}</td><td>${server.weight}</td><td>${connections}</td></tr>\n`,
    ),
  );
  const body = `<!DOCTYPE HTML>\n<html><head><title>Statistics Report for HAProxy</title></head><body>\n<h1>HAProxy</h1>\n<table>\n<tr><th>backend</th><th>server</th><th>Status</th><th>Wght</th><th>Cur</th></tr>\n${rows.join('')}</table>\n</body></html>\n`;
  const bytes = `HTTP/1.1 200 OK\r\ncache-control: no-cache\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  return { bytes, status: 200, connectMs: 0, retries: 0 };
}
