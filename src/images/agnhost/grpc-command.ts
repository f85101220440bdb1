import { SysError } from '../../runtime/errno';
import { GrpcServerSide, type ServingStatus } from '../../runtime/net/grpc-health';
import type { Call, Sys } from '../../runtime/syscalls';
import { type Answerer, log, serve } from './http-commands';

/** `agnhost grpc-health-checking`: a health service, and an HTTP server that switches it. */
export function* grpcHealthChecking(
  sys: Sys,
  options: { readonly port: number; readonly httpPort: number; readonly service: string },
): Call<number> {
  const state: { serving: ServingStatus } = { serving: 'SERVING' };
  yield* log(sys, `Http server starting to listen on :${options.httpPort}`);
  sys.fork((child) => serve(child, options.httpPort, switches(state)));
  yield* log(sys, `gRPC server starting to listen on :${options.port}`);
  const listener = sys.listen({ host: '0.0.0.0', port: options.port });
  const connections = new Map<number, GrpcServerSide>();
  for (;;) {
    const fd = yield* sys.poll([listener, ...connections.keys()].map((one) => ({ fd: one })));
    if (fd === undefined) continue;
    if (fd === listener) {
      const accepted = yield* sys.accept(listener);
      const side = new GrpcServerSide((service) =>
        service === '' || service === options.service ? state.serving : undefined,
      );
      connections.set(accepted.fd, side);
      continue;
    }
    if (yield* receive(sys, fd, connections.get(fd))) continue;
    connections.delete(fd);
    sys.close(fd);
  }
}

/** Whether the connection goes on. */
function* receive(sys: Sys, fd: number, side: GrpcServerSide | undefined): Call<boolean> {
  try {
    const bytes = yield* sys.read(fd, 65_536);
    const reply = bytes === '' ? undefined : side?.receive(bytes);
    if (reply === undefined) return false;
    if (reply !== '') yield* sys.write(fd, reply);
    return true;
  } catch (failure) {
    if (!(failure instanceof SysError)) throw failure;
    return false;
  }
}

function switches(state: { serving: ServingStatus }): Answerer {
  return function* answer(sys, { target }) {
    if (target === '/make-serving') state.serving = 'SERVING';
    else if (target === '/make-not-serving') state.serving = 'NOT_SERVING';
    else return { status: 404, body: '404 page not found\n' };
    yield* log(sys, `Mark as ${target === '/make-serving' ? '' : 'not '}serving`);
    return { body: '' };
  };
}
