import type { ImageModel } from '../../runtime/image';
import { CA_BUNDLE } from '../git/http-transport';
import { busyboxFiles, file, program } from '../linux-files';
import { LAB_AUTHORITY_PEM } from '../tls/lab-certificates';
import { gitSyncProgram } from './git-sync';

const UID = 65_533;

/** The git-sync image of Kubernetes, versions 3 and 4. */
export function gitSyncImage(tag: string): ImageModel {
  const version = /^v\d+\.\d+\.\d+/.test(tag) ? tag : 'v4.4.2';
  return {
    repositories: ['registry.k8s.io/git-sync/git-sync'],
    sizeBytes: 45_000_000,
    entrypoint: ['/git-sync'],
    user: `${UID}:${UID}`,
    workingDir: '/tmp',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp' },
    modelled: 'real',
    about:
      'git-sync: fetches a repository again and again and turns a link to what it has now. The lab’s https://github.com/user/repo.git gains a commit every two minutes. No webhooks, SSH or submodules.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian', users: [['git-sync', UID, UID]] }),
        ['/git-sync', program(gitSyncProgram(version), 12_000_000)],
        [CA_BUNDLE, file(LAB_AUTHORITY_PEM)],
        ['/git', { kind: 'directory', mode: 0o777 }],
      ]),
  };
}
