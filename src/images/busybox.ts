import type { ImageModel } from '../runtime/image';
import { busyboxFiles } from './linux-files';

/** The official busybox image. */
export function busyboxImage(): ImageModel {
  return {
    repositories: ['docker.io/library/busybox'],
    sizeBytes: 2_224_229,
    cmd: ['sh'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    modelled: 'real',
    about: 'busybox 1.37: its ash and its applets, with their messages and exit codes.',
    files: () => busyboxFiles({ distribution: 'BusyBox' }),
  };
}
