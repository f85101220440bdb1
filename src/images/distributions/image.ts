import type { Bytes } from '../../runtime/bytes';
import type { ImageFile, ImageModel } from '../../runtime/image';
import { bash } from '../../shell/shell';
import { busyboxFiles, file, program } from '../linux-files';
import { LAB_AUTHORITY_PEM } from '../tls/lab-certificates';
import { apk } from './apk';
import { aptGet } from './apt';
import { PACKAGE_STORE, PACKAGES, storedAt } from './packages';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const BASH_BYTES = 1_298_416;
const PROGRAM_BYTES = 300_000;
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** What package managers can put into place: programs that wait in a folder nobody looks into. */
function packageStore(): (readonly [Bytes, ImageFile])[] {
  const programs = PACKAGES.flatMap((one) => Object.entries(one.programs));
  return [
    [PACKAGE_STORE, { kind: 'directory' }],
    ...programs.map(([path, run]) => [storedAt(path), program(run, PROGRAM_BYTES)] as const),
  ];
}

/** The official alpine image. */
export function alpineImage(tag: string): ImageModel {
  const version = /^\d+\.\d+(\.\d+)?/.exec(tag)?.[0] ?? '3.22.2';
  const full = version.split('.').length === 2 ? `${version}.0` : version;
  return {
    repositories: ['docker.io/library/alpine'],
    sizeBytes: 3_802_452,
    cmd: ['/bin/sh'],
    env: { PATH },
    modelled: 'real',
    about: `Alpine: its tools are busybox, as in the real image. apk installs only what this lab has (${packageNames()}).`,
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Alpine' }),
        ['/etc/alpine-release', file(`${full}\n`)],
        [
          '/etc/os-release',
          file(
            `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${full}\nPRETTY_NAME="Alpine Linux v${full.replace(/\.\d+$/, '')}"\nHOME_URL="https://alpinelinux.org/"\n`,
          ),
        ],
        [
          '/etc/apk/repositories',
          file(
            'https://dl-cdn.alpinelinux.org/alpine/v3.22/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.22/community\n',
          ),
        ],
        ['/sbin/apk', program(apk, PROGRAM_BYTES)],
        [CA_BUNDLE, file(LAB_AUTHORITY_PEM)],
        ...packageStore(),
      ]),
  };
}

function packageNames(): string {
  return PACKAGES.filter(({ programs }) => Object.keys(programs).length > 0)
    .map(({ name }) => name)
    .join(', ');
}

interface DebianLike {
  readonly repository: string;
  readonly name: string;
  readonly osRelease: string;
  readonly sizeBytes: number;
  readonly source: Parameters<typeof aptGet>[0];
  readonly extra?: readonly (readonly [Bytes, ImageFile])[];
}

function debianLike(options: DebianLike): ImageModel {
  const { repository, name, osRelease, sizeBytes, source, extra = [] } = options;
  const apt = aptGet(source);
  return {
    repositories: [repository],
    sizeBytes,
    cmd: ['bash'],
    env: { PATH },
    modelled: 'real',
    about: `${name}: bash, and busybox in the place of ${name}’s own tools, so their messages differ a little. apt-get installs only what this lab has (${packageNames()}).`,
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian' }),
        ['/etc/os-release', file(osRelease)],
        ['/usr/bin/apt-get', program(apt, PROGRAM_BYTES)],
        ['/usr/bin/apt', { kind: 'hardlink', to: '/usr/bin/apt-get' }],
        ...extra,
        ...packageStore(),
      ]),
  };
}

const DEBIAN_CODENAMES: Readonly<Record<string, readonly [version: string, name: string]>> = {
  10: ['10', 'buster'],
  11: ['11', 'bullseye'],
  12: ['12', 'bookworm'],
  13: ['13', 'trixie'],
};

/** The official debian image. */
export function debianImage(tag: string): ImageModel {
  const wanted = tag.split(/[.-]/)[0] ?? '';
  const named = Object.values(DEBIAN_CODENAMES).find(([, name]) => name === wanted);
  const [version, codename] = named ?? DEBIAN_CODENAMES[wanted] ?? ['13', 'trixie'];
  const pretty = `Debian GNU/Linux ${version} (${codename})`;
  return debianLike({
    repository: 'docker.io/library/debian',
    name: 'Debian',
    sizeBytes: tag.includes('slim') ? 29_000_000 : 48_500_000,
    osRelease: `PRETTY_NAME="${pretty}"\nNAME="Debian GNU/Linux"\nVERSION_ID="${version}"\nVERSION="${version} (${codename})"\nVERSION_CODENAME=${codename}\nID=debian\n`,
    source: {
      url: 'http://deb.debian.org/debian',
      host: 'deb.debian.org',
      suites: [codename, `${codename}-updates`],
    },
    extra: [['/etc/debian_version', file(`${version}.1\n`)]],
  });
}

/** The official ubuntu image. */
export function ubuntuImage(tag: string): ImageModel {
  const versions: Readonly<Record<string, string>> = {
    focal: '20.04',
    jammy: '22.04',
    noble: '24.04',
  };
  const version = /^\d\d\.\d\d/.exec(tag)?.[0] ?? versions[tag] ?? '24.04';
  const codename = Object.entries(versions).find(([, one]) => one === version)?.[0] ?? 'noble';
  return debianLike({
    repository: 'docker.io/library/ubuntu',
    name: 'Ubuntu',
    sizeBytes: 29_700_000,
    osRelease: `PRETTY_NAME="Ubuntu ${version} LTS"\nNAME="Ubuntu"\nVERSION_ID="${version}"\nVERSION_CODENAME=${codename}\nID=ubuntu\nID_LIKE=debian\n`,
    source: {
      url: 'http://archive.ubuntu.com/ubuntu',
      host: 'archive.ubuntu.com',
      suites: [codename, `${codename}-updates`, `${codename}-backports`],
    },
  });
}

/** The official bash image: bash on Alpine. */
export function bashImage(): ImageModel {
  return {
    repositories: ['docker.io/library/bash'],
    sizeBytes: 6_200_000,
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['bash'],
    env: { PATH },
    modelled: 'real',
    about: 'bash 5.2 on Alpine’s busybox.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Alpine' }),
        ['/usr/local/bin/bash', program(bash, BASH_BYTES)],
        [
          '/usr/local/bin/docker-entrypoint.sh',
          file(
            '#!/usr/local/bin/bash\nif [[ $# -eq 0 || $1 == -* ]]; then set -- bash "$@"; fi\nexec "$@"\n',
            0o755,
          ),
        ],
      ]),
  };
}
