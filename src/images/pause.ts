import type { ImageModel } from '../runtime/image';

/** The container that holds a sandbox's namespaces. */
export function pauseImage(): ImageModel {
  return {
    repositories: ['registry.k8s.io/pause'],
    sizeBytes: 321_520,
    entrypoint: ['/pause'],
    modelled: 'real',
    about: 'Waits until it is told to end, and reaps processes.',
    files: () =>
      new Map([
        [
          '/pause',
          {
            kind: 'program' as const,
            sizeBytes: 742_472,
            mode: 0o755,
            *program(sys) {
              for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
              while (sys.takeSignals().length === 0) yield* sys.wait(() => () => {});
              return 0;
            },
          },
        ],
      ]),
  };
}
