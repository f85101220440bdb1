import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { HttpLoop } from '../http/server';
import { type HttpdConfig, HttpdConfigError, loadHttpdConfig, SERVER_ROOT } from './config';
import { errorLine } from './httpd-log';
import { HttpdHandler } from './serve';

/** Start-up work, ms of virtual time. */
const START_MS = 40;
/** The Apache web server in the foreground: a master and one child. Models server/main.c and mpm_event. */
export function httpdProgram(version: string): Program {
  return function* httpd(sys) {
    const args = sys.argv.slice(1);
    if (args.includes('-v')) {
      yield* sys.write(1, `Server version: Apache/${version} (Unix)\n`);
      return 0;
    }
    yield* sys.sleep(START_MS);
    const at = args.indexOf('-f');
    const path = at < 0 ? `${SERVER_ROOT}/conf/httpd.conf` : (args[at + 1] ?? '');
    let config: HttpdConfig;
    try {
      config = yield* loadHttpdConfig(sys, path);
    } catch (error) {
      if (!(error instanceof HttpdConfigError)) throw error;
      yield* sys.write(2, `${error.message}\n`);
      return 1;
    }
    if (config.serverName === undefined) yield* complainOfName(sys);
    if (args.includes('-t')) {
      yield* sys.write(2, 'Syntax OK\n');
      return 0;
    }
    if (config.serverName === undefined) yield* complainOfName(sys);
    const listeners = yield* listen(sys, config);
    if (!listeners) return 1;
    return yield* master(sys, version, config, listeners);
  };
}

function* complainOfName(sys: Sys): Call<void> {
  const ip = sys.addresses().find(({ name }) => name !== 'lo')?.ip ?? '127.0.0.1';
  yield* sys.write(
    2,
    `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${ip}. Set the 'ServerName' directive globally to suppress this message\n`,
  );
}

function* listen(sys: Sys, { ports }: HttpdConfig): Call<readonly number[] | undefined> {
  const listeners: number[] = [];
  for (const port of new Set(ports)) {
    try {
      listeners.push(sys.listen({ host: '0.0.0.0', port }));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const number = error.errno === 'EACCES' ? 13 : 98;
      yield* sys.write(
        2,
        `(${number})${error.message}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
      );
      return undefined;
    }
  }
  return listeners;
}

function* master(
  sys: Sys,
  version: string,
  config: HttpdConfig,
  listeners: readonly number[],
): Call<number> {
  for (const signal of ['TERM', 'INT', 'WINCH', 'USR1', 'HUP', 'CHLD'] as const) {
    sys.signalAction(signal, 'catch');
  }
  const say = (source: string, text: Bytes) => sys.write(2, errorLine(sys, source, text));
  yield* say(
    'mpm_event:notice',
    `AH00489: Apache/${version} (Unix) configured -- resuming normal operations`,
  );
  yield* say('core:notice', `AH00094: Command line: 'httpd -D FOREGROUND'`);
  const child = sys.fork(function* worker(process) {
    for (const signal of ['INT', 'WINCH', 'HUP'] as const) process.signalAction(signal, 'ignore');
    for (const signal of ['TERM', 'USR1'] as const) process.signalAction(signal, 'catch');
    if (process.uid === 0) process.setIds({ uid: 33, gid: 33, groups: [33] });
    let stop: 'no' | 'drain' | 'now' = 'no';
    yield* new HttpLoop(new HttpdHandler(config, version)).run(process, listeners, () => {
      for (const signal of process.takeSignals()) stop = signal === 'TERM' ? 'now' : 'drain';
      return stop;
    });
    return 0;
  });
  for (;;) {
    try {
      yield* sys.waitpid(-1, { interruptible: true });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    for (const signal of sys.takeSignals()) {
      const gentle = signal === 'WINCH';
      if (signal !== 'TERM' && signal !== 'INT' && !gentle) continue;
      yield* say(
        'mpm_event:notice',
        gentle
          ? 'AH00492: caught SIGWINCH, shutting down gracefully'
          : 'AH00491: caught SIGTERM, shutting down',
      );
      sys.kill(child, gentle ? 'USR1' : 'TERM');
      yield* sys.waitpid(child, { orNone: true });
      return 0;
    }
  }
}
