import type { Bytes } from '../../runtime/bytes';
import type { ImageFile, ImageModel } from '../../runtime/image';
import type { Program } from '../../runtime/syscalls';
import { busyboxFiles, program } from '../linux-files';

/** An image that the study notes invent. */
export interface LabImage {
  /** As the notes write it, e.g. `my-app`. */
  readonly name: string;
  /** What it does, as the middle of a sentence: `an HTTP server on port 8080`. */
  readonly does: string;
  readonly run: Program;
  /** Name of its program; default: the image's, without `-image`. */
  readonly command?: string;
  /** No command of its own: the Pod has to bring one, which finds the program in PATH. */
  readonly withoutCommand?: boolean;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: ReadonlyMap<Bytes, ImageFile>;
}

/** Bytes: small tools on busybox. */
const SIZE_BYTES = 12_400_000;
const PROGRAM_BYTES = 8_000_000;

/** The model of an invented image: busybox and one program. It says that no registry has it. */
export function labImage(image: LabImage): () => ImageModel {
  const { name, does, run, port, env } = image;
  const command = image.command ?? name.replace(/-image$/, '');
  const repository = name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`;
  return () => ({
    repositories: [repository],
    sizeBytes: SIZE_BYTES,
    ...(image.withoutCommand ? { cmd: ['sh'] } : { entrypoint: [command] }),
    ...(port === undefined ? {} : { exposedPorts: [port] }),
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...env },
    modelled: 'lab',
    about: `Exists only in this lab: ${does}. A real cluster would answer ErrImagePull.`,
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'BusyBox' }),
        [`/usr/local/bin/${command}`, program(run, PROGRAM_BYTES)],
        ...(image.files ?? []),
      ]),
  });
}
