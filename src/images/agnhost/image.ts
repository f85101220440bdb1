import type { ImageModel } from '../../runtime/image';
import type { Call, Sys } from '../../runtime/syscalls';
import { busyboxFiles, program } from '../linux-files';
import { labChainFor } from '../tls/lab-certificates';
import { grpcHealthChecking } from './grpc-command';
import { files, hostname, liveness, log, netexec, serve } from './http-commands';

const SIZE_BYTES = 53_000_000;
const PROGRAM_BYTES = 52_000_000;

/** The program of Kubernetes' own tests: one binary with a command for each part that a test needs. */
export function agnhostImage(): ImageModel {
  return {
    repositories: ['registry.k8s.io/e2e-test-images/agnhost'],
    sizeBytes: SIZE_BYTES,
    entrypoint: ['/agnhost'],
    cmd: ['pause'],
    modelled: 'real',
    about:
      'The commands pause, liveness, netexec (HTTP), serve-hostname, test-webserver and grpc-health-checking; the others are missing.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Alpine' }),
        ['/agnhost', program(agnhost, PROGRAM_BYTES)],
      ]),
  };
}

function* agnhost(sys: Sys): Call<number> {
  const [, command = '', ...words] = sys.argv;
  const flags = flagsOf(words);
  const number = (name: string, otherwise: number) => Number(flags.get(name) ?? otherwise);
  switch (command) {
    case 'pause':
      return yield* pause(sys);
    case 'liveness':
      return yield* serve(sys, 8080, liveness(sys.nowMs));
    case 'netexec': {
      const port = number('http-port', 8080);
      const secure = (flags.get('tls-cert-file') ?? '') !== '';
      yield* log(sys, `Started HTTP${secure ? 'S' : ''} server on port ${port}`);
      return yield* serve(sys, port, netexec, secure ? labChainFor : undefined);
    }
    case 'serve-hostname':
      yield* log(sys, 'Serving on port 9376.');
      return yield* serve(sys, number('port', 9376), hostname);
    case 'test-webserver':
      return yield* serve(sys, 80, files);
    case 'grpc-health-checking':
      return yield* grpcHealthChecking(sys, {
        port: number('port', 5000),
        httpPort: number('http-port', 8080),
        service: flags.get('service') ?? '',
      });
    default:
      yield* sys.write(2, `Error: unknown command "${command}" for "app"\n`);
      yield* sys.write(2, "Run 'app --help' for usage.\n");
      return 1;
  }
}

function* pause(sys: Sys): Call<number> {
  yield* sys.write(1, 'Paused\n');
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  while (sys.takeSignals().length === 0) yield* sys.wait(() => () => {});
  return 0;
}

/** `--name=value`, `--name value` and `--name`. */
function flagsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(words[i] ?? '') ?? [];
    if (name === undefined) continue;
    const next = words[i + 1];
    if (value !== undefined) flags.set(name, value);
    else if (next !== undefined && !next.startsWith('--')) flags.set(name, words[++i] ?? '');
    else flags.set(name, 'true');
  }
  return flags;
}
