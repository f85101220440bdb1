import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror } from './applet';
import { type HttpdConfig, readHttpdConfig } from './httpd-config';
import { HttpConnection } from './httpd-connection';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { dotted, resolvePeer } from './peer-address';
import { detachStreams } from './timeout';
import { percentDecode } from './url';

/** Models networking/httpd.c. */
export const httpd = applet('httpd', function* (run) {
  const options = parseOptions(run.args, { letters: 'c:d:h:e:r:m:u:p:ifv' });
  const encoded = options.value('d');
  if (encoded !== undefined) {
    yield* run.out.write(percentDecode(encoded.replace(/\+/g, ' ')));
    return 0;
  }
  const plain = options.value('e');
  if (plain !== undefined) {
    yield* run.out.write(plain.replace(/[^0-9A-Za-z]/g, (byte) => `&#${byte.charCodeAt(0)};`));
    return 0;
  }
  return yield* serve(run, options);
});

function* serve(run: Invocation, options: Options): Call<number> {
  const { sys } = run;
  const home = options.value('h');
  if (home !== undefined) changeDirectory(run, home);
  const inetd = options.has('i');
  const listener = inetd ? undefined : yield* openServer(run, options.value('p') ?? '80');
  const config = yield* readHttpdConfig(run, options.value('c'));
  if (config.home !== undefined) changeDirectory(run, config.home);
  const verbose = options.count('v');
  if (!listener) {
    yield* new HttpConnection(
      sys,
      config,
      verbose,
      dotted(sys.peerName(0)),
      sys.peerName(0).host,
    ).run();
    return 0;
  }
  const server = (own: Sys) => acceptForever(own, listener, config, verbose);
  if (options.has('f')) return yield* server(sys);
  sys.fork(function* (daemon) {
    daemon.setsid();
    yield* detachStreams(daemon);
    return yield* server(daemon);
  });
  return 0;
}

function changeDirectory(run: Invocation, path: Bytes): void {
  try {
    run.sys.chdir(path);
  } catch (error) {
    throw new Failure(`can't change directory to '${path}': ${strerror(error)}`);
  }
}

interface Listener {
  readonly fd: number;
  /** Bound to all addresses, so that peers show as IPv6 ones. */
  readonly mapped: boolean;
}

function* openServer(run: Invocation, text: Bytes): Call<Listener> {
  const onlyPort = /^[0-9]+$/.test(text);
  const address = onlyPort
    ? { host: '::', port: parseInteger(text, { least: 1, most: 65535 }) }
    : yield* resolvePeer(run, text, 80);
  try {
    return { fd: run.sys.listen(address), mapped: onlyPort };
  } catch (error) {
    throw new Failure(`bind: ${strerror(error)}`);
  }
}

/** A child for each connection, as busybox has it. */
function* acceptForever(
  sys: Sys,
  { fd: listener, mapped }: Listener,
  config: HttpdConfig,
  verbose: number,
): Call<number> {
  sys.signalAction('CHLD', 'ignore');
  for (;;) {
    try {
      const { fd, peer } = yield* sys.accept(listener);
      sys.fork(function* (child) {
        child.close(listener);
        child.dup2(fd, 0);
        child.dup2(0, 1);
        child.close(fd);
        yield* new HttpConnection(child, config, verbose, dotted(peer, mapped), peer.host).run();
        return 0;
      });
      sys.close(fd);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    yield* reap(sys);
  }
}

function* reap(sys: Sys): Call<void> {
  try {
    while (yield* sys.waitpid(-1, { noHang: true }));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
