import { SysError } from '../../runtime/errno';
import type { Program } from '../../runtime/syscalls';
import type { ImageBuilder } from '../catalogue/catalogue';
import { fetchPage, serveHttp } from './http-app';
import { labImage } from './lab-image';

/** `main-container-image`: an HTTP server that counts. */
const mainContainer: Program = function* mainContainer(sys) {
  let served = 0;
  return yield* serveHttp(sys, {
    name: 'main-container',
    port: 8080,
    // biome-ignore lint/correctness/useYield: pages may wait, these do not
    *page(_, path) {
      if (path === '/health' || path === '/ready') return { body: 'ok\n' };
      if (path !== '/') return { status: 404, body: 'not found\n' };
      served++;
      return { body: `main-container on ${sys.hostname}, request ${served}\n` };
    },
  });
};

export const mainContainerImage = labImage({
  name: 'main-container-image',
  does: 'an HTTP server on port 8080',
  run: mainContainer,
  port: 8080,
});

/** How often the sidecar looks at its neighbour, virtual ms. */
const LOOK_MS = 10_000;

/** `sidecar-container-image`: asks the main container over localhost, and logs what it says. */
const sidecarContainer: Program = function* sidecarContainer(sys) {
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  const url = sys.env.get('MAIN_URL') ?? 'http://localhost:8080/';
  yield* sys.write(1, `sidecar-container: asks ${url} every ${LOOK_MS / 1000} s\n`);
  for (;;) {
    try {
      yield* sys.sleep(LOOK_MS, { interruptible: true });
    } catch (failure) {
      if (!(failure instanceof SysError)) throw failure;
    }
    if (sys.takeSignals().length > 0) return 0;
    const answer = yield* fetchPage(sys, url);
    const said = 'failure' in answer ? `${url}: ${answer.failure}\n` : answer.body;
    yield* sys.write('failure' in answer ? 2 : 1, `sidecar-container: ${said}`);
  }
};

export const sidecarContainerImage = labImage({
  name: 'sidecar-container-image',
  does: 'every ten seconds it asks the main container at http://localhost:8080/ and logs the answer',
  run: sidecarContainer,
});

/** How long an init container of the notes works, virtual ms. */
const INIT_MS = 1000;

/** `init-container-N-image`: a second of work. */
export function initContainerImage(name: string): ImageBuilder {
  const own = name.replace(/-image$/, '');
  return labImage({
    name,
    does: 'a second of work that ends with exit code 0',
    *run(sys) {
      yield* sys.write(1, `${own}: preparing\n`);
      yield* sys.sleep(INIT_MS);
      yield* sys.write(1, `${own}: done\n`);
      return 0;
    },
  });
}

/** `app1`, `app2`: they wait, and say which signals reach them. */
export function signalledAppImage(name: string): ImageBuilder {
  return labImage({
    name,
    does: 'it waits, and logs the signals that it gets; TERM and INT end it',
    *run(sys) {
      for (const signal of ['TERM', 'INT', 'HUP', 'USR1', 'USR2'] as const) {
        sys.signalAction(signal, 'catch');
      }
      yield* sys.write(1, `${name}: running as PID ${sys.pid}\n`);
      for (;;) {
        for (const signal of sys.takeSignals()) {
          yield* sys.write(1, `${name}: got SIG${signal}\n`);
          if (signal === 'TERM' || signal === 'INT') return 0;
        }
        yield* sys.wait(() => () => {});
      }
    },
  });
}
