import { describe, expect, it } from 'vitest';
import { TestNode } from '../test-pod';
import { alpineImage, bashImage, debianImage, ubuntuImage } from './image';

const MIRRORS = { 'dl-cdn.alpinelinux.org': '203.0.113.60', 'deb.debian.org': '203.0.113.60' };

describe('alpine', () => {
  it('says what it is, and has no bash', () => {
    const node = new TestNode(MIRRORS);
    const container = node.container(alpineImage('3.20'), node.pod('10.244.0.5'));
    expect(
      container.run('cat /etc/alpine-release; . /etc/os-release; echo $PRETTY_NAME').stdout,
    ).toBe('3.20.0\nAlpine Linux v3.20\n');
    expect(container.run('bash').stderr).toBe('sh: bash: not found\n');
  });

  it('installs what the lab has with apk', () => {
    const node = new TestNode(MIRRORS);
    const container = node.container(alpineImage('latest'), node.pod('10.244.0.5'));
    const { stdout, exitCode } = container.run(
      'apk add --no-cache bash git && bash -c "echo {1..3}"',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^fetch https:.*\nfetch https:.*\n\(1\/2\) Installing bash \(.*\)\n\(2\/2\) Installing git \(.*\)\nExecuting busybox.*\nOK: \d+ MiB in 18 packages\n1 2 3\n$/,
    );
    expect(container.run('apk add nonsense')).toMatchObject({
      stderr:
        'ERROR: unable to select packages:\n  nonsense (no such package):\n    required by: world[nonsense]\n',
      exitCode: 1,
    });
  });

  it('cannot install without DNS, or as somebody else than root', () => {
    const node = new TestNode();
    const container = node.container(alpineImage('latest'), node.pod('10.244.0.5'));
    const { stderr, exitCode } = container.run('apk add curl');
    expect(stderr).toContain('DNS: transient error (try again later)\n');
    expect(stderr).toContain('  curl (no such package):\n');
    expect(exitCode).toBe(1);
    container.start(['apk', 'add', 'curl'], { uid: 1000, gid: 1000 });
    node.advance(1000);
    expect(container.take().stderr).toBe(
      'ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n',
    );
  });
});

describe('debian and ubuntu', () => {
  it('have bash, and apt-get that wants an update first', () => {
    const node = new TestNode(MIRRORS);
    const container = node.container(debianImage('12-slim'), node.pod('10.244.0.5'));
    expect(
      container.run(['bash', '-c', 'a=(1 2); . /etc/os-release; echo ${#a[@]} $VERSION_ID']).stdout,
    ).toBe('2 12\n');
    expect(container.run('apt-get install -y curl')).toMatchObject({
      stderr: 'E: Unable to locate package curl\n',
      exitCode: 100,
    });
    const { stdout, exitCode } = container.run(
      'apt-get update && apt-get install -y --no-install-recommends curl && curl --version',
    );
    expect(stdout).toContain('Setting up curl (8.14.1-2) ...\ncurl 8.14.1 ');
    expect(exitCode).toBe(0);
  });

  it('names the release that the tag asks for', () => {
    const node = new TestNode();
    const container = node.container(ubuntuImage('22.04'), node.pod('10.244.0.5'));
    expect(container.run('grep CODENAME /etc/os-release').stdout).toBe('VERSION_CODENAME=jammy\n');
  });
});

describe('bash', () => {
  it('runs bash as its image does', () => {
    const node = new TestNode();
    const container = node.container(bashImage(), node.pod('10.244.0.5'));
    container.start(['docker-entrypoint.sh', '-c', '[[ a =~ a ]] && echo $BASH_VERSINFO']);
    node.advance(1000);
    expect(container.take().stdout).toBe('5\n');
  });
});
