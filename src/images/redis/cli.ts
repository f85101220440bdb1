import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { encodeCommand, parseReply, type Reply } from './resp';

interface CliOptions {
  host: Bytes;
  port: number;
  password: Bytes | undefined;
  raw: boolean;
  words: readonly Bytes[];
}

/** redis-cli: one command, or commands from standard input. */
export const redisCli: Program = function* redisCli(sys) {
  const options = parseOptions(sys.argv.slice(1), sys);
  const fd = yield* connect(sys, options);
  if (fd === undefined) return 1;
  if (options.password !== undefined) yield* ask(sys, fd, ['AUTH', options.password]);
  if (options.words.length > 0) {
    const reply = yield* ask(sys, fd, options.words);
    if (!reply) return 1;
    yield* sys.write(1, `${render(reply, options.raw, '')}\n`);
    return reply.kind === 'error' && options.raw ? 1 : 0;
  }
  return yield* interactive(sys, fd, options);
};

function parseOptions(args: readonly Bytes[], sys: Sys): CliOptions {
  const options: CliOptions = {
    host: '127.0.0.1',
    port: 6379,
    password: sys.env.get('REDISCLI_AUTH'),
    raw: !sys.isatty(1),
    words: [],
  };
  let i = 0;
  for (; i < args.length && args[i]?.startsWith('-') === true; i++) {
    if (args[i] === '-h') options.host = args[++i] ?? options.host;
    else if (args[i] === '-p') options.port = Number(args[++i]);
    else if (args[i] === '-a') options.password = args[++i];
    else if (args[i] === '--raw') options.raw = true;
    else if (args[i] === '--no-raw') options.raw = false;
  }
  options.words = args.slice(i);
  return options;
}

function* connect(sys: Sys, { host, port }: CliOptions): Call<number | undefined> {
  const address = yield* resolveHost(sys, host);
  let reason = 'Name or service not known';
  if (address !== undefined) {
    try {
      return yield* sys.connect({ host: address, port });
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
      reason = failure.message;
    }
  }
  yield* sys.write(2, `Could not connect to Redis at ${host}:${port}: ${reason}\n`);
  return undefined;
}

function* ask(sys: Sys, fd: number, words: readonly Bytes[]): Call<Reply | undefined> {
  try {
    yield* sys.write(fd, encodeCommand(words));
    let received: Bytes = '';
    for (;;) {
      const bytes = yield* sys.read(fd, 65_536);
      if (bytes === '') break;
      received += bytes;
      const parsed = parseReply(received, 0);
      if (parsed) return parsed.value;
    }
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
  }
  yield* sys.write(2, 'Error: Server closed the connection\n');
  return undefined;
}

function* interactive(sys: Sys, fd: number, options: CliOptions): Call<number> {
  const prompt = sys.isatty(0) ? `${options.host}:${options.port}> ` : '';
  let pending: Bytes = '';
  for (;;) {
    if (prompt !== '') yield* sys.write(1, prompt);
    let newline = pending.indexOf('\n');
    while (newline < 0) {
      const bytes = yield* sys.read(0, 4096);
      if (bytes === '') return 0;
      pending += bytes;
      newline = pending.indexOf('\n');
    }
    const words = splitWords(pending.slice(0, newline));
    pending = pending.slice(newline + 1);
    if (words.length === 0) continue;
    if (words[0] === 'exit' || words[0] === 'quit') return 0;
    const reply = yield* ask(sys, fd, words);
    if (!reply) return 1;
    yield* sys.write(1, `${render(reply, options.raw, '')}\n`);
  }
}

function splitWords(line: Bytes): Bytes[] {
  const words = line.match(/"(?:\\.|[^"\\])*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) =>
    /^["']/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  );
}

/** A reply as redis-cli prints it: bare into a pipe, annotated on a terminal. */
function render(reply: Reply, raw: boolean, indent: string): Bytes {
  switch (reply.kind) {
    case 'status':
      return reply.text;
    case 'error':
      return raw ? `${reply.text}\n` : `(error) ${reply.text}`;
    case 'integer':
      return raw ? String(reply.value) : `(integer) ${reply.value}`;
    case 'bulk':
      if (raw) return reply.value ?? '';
      return reply.value === null
        ? '(nil)'
        : `"${reply.value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
    case 'array': {
      const items = reply.items ?? [];
      if (raw) return items.map((item) => render(item, raw, indent)).join('\n');
      if (items.length === 0) return '(empty array)';
      const width = String(items.length).length;
      return items
        .map((item, i) => {
          const label = `${String(i + 1).padStart(width)}) `;
          return `${i === 0 ? '' : indent}${label}${render(item, raw, `${indent}${' '.repeat(label.length)}`)}`;
        })
        .join('\n');
    }
  }
}
