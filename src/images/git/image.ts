import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { LAB_AUTHORITY_PEM } from '../tls/lab-certificates';
import { git } from './git';
import { CA_BUNDLE } from './http-transport';

/** Bytes that git's binary pretends to have. */
export const GIT_BYTES = 3_000_000;

/** The alpine/git image: its entry point is git, its folder /git. */
export function gitImage(): ImageModel {
  return {
    repositories: ['docker.io/alpine/git'],
    sizeBytes: 35_800_000,
    entrypoint: ['git'],
    cmd: ['--help'],
    workingDir: '/git',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    modelled: 'real',
    about:
      'git with clone, pull, log, commit and a few more, on real objects. The only repository in the lab’s internet is https://github.com/user/repo.git, which gains a commit every two minutes.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Alpine' }),
        ['/usr/bin/git', program(git, GIT_BYTES)],
        [CA_BUNDLE, file(LAB_AUTHORITY_PEM)],
        ['/git', { kind: 'directory' }],
      ]),
  };
}
