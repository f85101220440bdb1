// `npm start`: builds the page if its sources have changed, serves it and prints the address.
//   --port N   (default 4173; when that is taken, the next free one)      --host ADDRESS

import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildIfStale } from './build.mjs';
import { contentSecurityPolicy } from './content-security-policy.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const DEFAULT_PORT = 4173;

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.yaml': 'text/yaml; charset=utf-8',
};
const COMPRESSED = new Set([
  '.css',
  '.html',
  '.js',
  '.json',
  '.map',
  '.md',
  '.svg',
  '.ttf',
  '.yaml',
]);

/** The file that a request path means, or undefined: outside dist, hidden, or not there. */
function fileFor(requestPath) {
  const file = path.join(
    dist,
    requestPath.endsWith('/') ? `${requestPath}index.html` : requestPath,
  );
  const isInside = file.startsWith(dist + path.sep) && !path.relative(dist, file).startsWith('.');
  return isInside && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

function compress(body, encoding) {
  if (encoding === 'gzip') return gzipSync(body);
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

/** Compressed bodies, kept as long as the file does not change: Monaco takes a while to pack. */
const packed = new Map();

function packedBody(file, encoding) {
  const key = `${encoding} ${file} ${statSync(file).mtimeMs}`;
  let body = packed.get(key);
  if (!body) {
    body = compress(readFileSync(file), encoding);
    packed.set(key, body);
  }
  return body;
}

function respond(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  let file;
  try {
    file = fileFor(decodeURIComponent(pathname));
  } catch {
    file = undefined; // a malformed %-escape
  }
  if (!file || !['GET', 'HEAD'].includes(request.method ?? '')) {
    response.writeHead(file ? 405 : 404, { 'content-type': TYPES['.txt'] });
    response.end(file ? 'Method not allowed\n' : 'Not found\n');
    return;
  }
  const extension = path.extname(file);
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = !COMPRESSED.has(extension)
    ? undefined
    : ['br', 'gzip'].find((name) => new RegExp(`\\b${name}\\b`).test(accepted));
  // Names below assets/ hold a hash of the content; everything else is asked for again.
  const isHashed = path.relative(dist, file).startsWith('assets');
  response.writeHead(200, {
    'content-type': TYPES[extension] ?? 'application/octet-stream',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    ...(encoding ? { 'content-encoding': encoding === 'br' ? 'br' : 'gzip' } : {}),
  });
  if (request.method === 'HEAD') response.end();
  else if (encoding) response.end(packedBody(file, encoding));
  else createReadStream(file).pipe(response);
}

const { values: options } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } },
});

await buildIfStale();
const server = createServer(respond);
let port = Number(options.port ?? DEFAULT_PORT);
server.on('error', (error) => {
  if (error.code !== 'EADDRINUSE' || options.port !== undefined || port >= DEFAULT_PORT + 20) {
    console.error(error.message);
    process.exit(1);
  }
  console.log(`Port ${port} is taken; trying the next one (saved work belongs to one address).`);
  port += 1;
  server.listen(port, options.host);
});
server.on('listening', () => {
  const { port: actual } = server.address();
  console.log(`Podlab is running at http://${options.host}:${actual}/   (Ctrl+C ends it)`);
});
server.listen(port, options.host);
