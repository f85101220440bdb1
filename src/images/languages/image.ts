import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, program } from '../linux-files';
import { nodeProgram } from './node';
import { pythonProgram } from './python';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function distributionOf(tag: string): 'Alpine' | 'Debian' {
  return tag.includes('alpine') ? 'Alpine' : 'Debian';
}

/** The official python image. */
export function pythonImage(tag: string): ImageModel {
  const full = /^\d+\.\d+\.\d+/.exec(tag)?.[0];
  const minor = /^3\.\d+/.exec(tag)?.[0];
  const version = full ?? (minor === undefined ? '3.14.0' : `${minor}.9`);
  return {
    repositories: ['docker.io/library/python'],
    sizeBytes: tag.includes('slim') || tag.includes('alpine') ? 45_000_000 : 380_000_000,
    cmd: ['python3'],
    env: { PATH, LANG: 'C.UTF-8', PYTHON_VERSION: version },
    modelled: 'placeholder',
    about:
      'Python is not simulated, but for `python3 -m http.server` and `python3 -c` with literal prints, sleeps and an exit. Any other program says so on standard error and waits.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: distributionOf(tag) }),
        ['/usr/local/bin/python3', program(pythonProgram(version), 6_000_000)],
        ['/usr/local/bin/python', { kind: 'hardlink', to: '/usr/local/bin/python3' }],
      ]),
  };
}

/** The official node image. */
export function nodeImage(tag: string): ImageModel {
  const major = /^\d+/.exec(tag)?.[0] ?? '24';
  const version = /^\d+\.\d+\.\d+/.exec(tag)?.[0] ?? `${major}.11.1`;
  return {
    repositories: ['docker.io/library/node'],
    sizeBytes: tag.includes('slim') || tag.includes('alpine') ? 55_000_000 : 390_000_000,
    cmd: ['node'],
    env: { PATH, NODE_VERSION: version },
    modelled: 'placeholder',
    about:
      'Node.js is not simulated, but for `node -e` and `node -p` with literals. Any other program says so on standard error and waits.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: distributionOf(tag) }),
        ['/usr/local/bin/node', program(nodeProgram(version), 90_000_000)],
      ]),
  };
}
