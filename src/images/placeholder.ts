import type { ImageModel } from '../runtime/image';
import type { Program } from '../runtime/syscalls';
import { busyboxFiles, program } from './linux-files';

/**
 * Well-known public images that have no model here. They exist in the lab's registry, so that pods that use
 * them start, and say plainly that nothing of them is simulated but a shell.
 */
export const PLACEHOLDER_REPOSITORIES: ReadonlySet<string> = new Set(
  `docker.io/library/golang docker.io/library/memcached docker.io/library/mongo
  docker.io/library/openjdk docker.io/library/perl docker.io/library/php
  docker.io/library/rabbitmq docker.io/library/ruby docker.io/library/tomcat
  docker.io/library/traefik docker.io/library/wordpress docker.io/grafana/grafana
  docker.io/grafana/promtail docker.io/hashicorp/vault docker.io/istio/proxyv2
  docker.io/nginxdemos/hello`.split(/\s+/),
);

/** Bytes: middling, so that its pull takes a moment as a real one would. */
const SIZE_BYTES = 40_000_000;

/** An image that says what it is and waits to be stopped. */
export function placeholderImage(repository: string): ImageModel {
  const name = repository.replace(/^docker\.io\/(library\/)?/, '');
  const wait: Program = function* placeholder(sys) {
    for (const signal of ['TERM', 'INT', 'QUIT'] as const) sys.signalAction(signal, 'catch');
    yield* sys.write(
      1,
      `podlab: ${name} is not simulated; this placeholder waits until it is stopped\n`,
    );
    while (sys.takeSignals().length === 0) yield* sys.wait(() => () => {});
    return 0;
  };
  return {
    repositories: [repository],
    sizeBytes: SIZE_BYTES,
    entrypoint: ['/usr/local/bin/placeholder'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    modelled: 'placeholder',
    about: `A placeholder: ${name} is not simulated. Shell commands of the pod run in busybox; without a command it waits and serves nothing.`,
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'BusyBox' }),
        ['/usr/local/bin/placeholder', program(wait, 10_000)],
      ]),
  };
}
