import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { LAB_AUTHORITY_PEM } from '../tls/lab-certificates';
import { curlProgram } from './curl';

const ENTRYPOINT = '#!/bin/sh\nexec curl "$@"\n';

/** The curl project's own image: Alpine with curl as its entry point. */
export function curlImage(tag: string): ImageModel {
  const version = /^\d+\.\d+\.\d+$/.test(tag) ? tag : '8.17.0';
  return {
    repositories: ['docker.io/curlimages/curl', 'quay.io/curl/curl'],
    sizeBytes: 9_600_000,
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    user: 'curl_user',
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      CURL_CA_BUNDLE: '/cacert.pem',
    },
    modelled: 'real',
    about:
      'curl over HTTP and HTTPS with its messages, exit codes and common options. TLS is a handshake that shows certificates, nothing is encrypted; /cacert.pem trusts the lab’s own authority, which signs for its sites and services.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Alpine', users: [['curl_user', 100, 101]] }),
        ['/usr/bin/curl', program(curlProgram(version), 300_000)],
        ['/cacert.pem', file(LAB_AUTHORITY_PEM)],
        ['/etc/ssl/certs/ca-certificates.crt', file(LAB_AUTHORITY_PEM)],
        ['/entrypoint.sh', file(ENTRYPOINT, 0o755)],
      ]),
  };
}
