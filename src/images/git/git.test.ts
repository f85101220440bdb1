import { describe, expect, it } from 'vitest';
import { DemoRepository } from '../internet/demo-repository';
import { INTERNET_HOSTS } from '../internet/hosts';
import { TestNode } from '../test-pod';
import { blob, decodeCommit, idOf } from './git-object';
import { gitImage } from './image';
import { decodePack, encodePack } from './pack';
import { zlibRead, zlibStore } from './zlib';

const ADDRESSES = Object.fromEntries(
  INTERNET_HOSTS.flatMap(({ names, ip }) => names.map((name) => [name, ip])),
);

/** A container of alpine/git with the lab's github.com within reach. */
function workplace() {
  const node = new TestNode(ADDRESSES);
  const started = node.kernel.unixMs();
  for (const { ip, program } of INTERNET_HOSTS) {
    const host = node.container(gitImage(), node.pod(ip), {
      '/server': { kind: 'program', program: program(started), mode: 0o755 },
    });
    host.start(['/server']);
  }
  return { node, container: node.container(gitImage(), node.pod('10.244.0.9')) };
}

describe('git’s objects', () => {
  it('have the names that git gives them', () => {
    expect(idOf(blob('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
    expect(idOf({ type: 'tree', content: '' })).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  });

  it('survive zlib and packs, whatever their size', () => {
    for (const size of [0, 1, 15, 16, 2048, 70_000]) {
      const content = 'x'.repeat(size);
      expect(zlibRead(zlibStore(content), 0)?.bytes).toBe(content);
      expect(decodePack(encodePack([blob(content)]))).toEqual([blob(content)]);
    }
    expect(decodePack(encodePack([blob('a')]).replace('a', 'b'))).toBeUndefined();
  });
});

describe('the demo repository', () => {
  it('gains a commit every two minutes, the same one in every run', () => {
    const first = new DemoRepository(0);
    const second = new DemoRepository(0);
    expect(second.headAt(600_000)).toBe(first.headAt(600_000));
    expect(first.headAt(119_999)).toBe(first.headAt(0));
    expect(first.headAt(120_000)).not.toBe(first.headAt(0));
    const commit = decodeCommit(first.store.get(first.headAt(120_000))?.content ?? '');
    expect(commit.parents).toEqual([first.headAt(0)]);
  });
});

describe('git', () => {
  it('clones the lab’s repository over HTTPS, and pulls what has landed since', () => {
    const { node, container } = workplace();
    expect(container.run('git clone https://github.com/user/repo.git /data && ls /data')).toEqual({
      stdout: 'README.md\ncss\nindex.html\n',
      stderr: "Cloning into '/data'...\n",
      exitCode: 0,
    });
    expect(container.run('cd /data && git status && git log --oneline').stdout).toMatch(
      /^On branch main\nYour branch is up to date with 'origin\/main'\.\n\nnothing to commit, working tree clean\n[0-9a-f]{7} Add a style sheet\n/,
    );
    node.advance(120_000);
    const pulled = container.run('cd /data && git pull && grep -c "Revision 4" index.html');
    expect(pulled.stdout).toMatch(/^Updating \w{7}\.\.\w{7}\nFast-forward\n 1 file changed\n1\n$/);
  });

  it.each([
    [
      'https://nosuch.example/r.git',
      "fatal: unable to access 'https://nosuch.example/r.git/': Could not resolve host: nosuch.example\n",
    ],
    [
      'http://localhost:9/r.git',
      "fatal: unable to access 'http://localhost:9/r.git/': Failed to connect to localhost port 9 after 0 ms: Couldn't connect to server\n",
    ],
    ['http://example.com/r.git', "fatal: repository 'http://example.com/r.git/' not found\n"],
    [
      'https://github.com/other/repo.git',
      "fatal: could not read Username for 'https://github.com': No such device or address\n",
    ],
  ])('clone %s fails as git does', (url, message) => {
    const { container } = workplace();
    const { stderr, exitCode } = container.run(`git clone ${url} /data`);
    expect({ stderr, exitCode }).toEqual({
      stderr: `Cloning into '/data'...\n${message}`,
      exitCode: 128,
    });
    expect(container.run('ls /data').exitCode).toBe(1);
  });

  it('clones neither from nowhere nor into a folder that is not empty', () => {
    const { container } = workplace();
    expect(container.run('git clone /none /data').stderr).toBe(
      "fatal: repository '/none' does not exist\n",
    );
    expect(container.run('mkdir /d && touch /d/x && git clone http://a/r.git /d').stderr).toBe(
      "fatal: destination path '/d' already exists and is not an empty directory.\n",
    );
  });

  it('commits what was added, once it knows who does', () => {
    const { container } = workplace();
    const made = container.run(
      'mkdir /p && cd /p && git init -q -b main && echo a > a && git add . && git commit -m one',
    );
    expect(made.exitCode).toBe(128);
    expect(made.stderr).toContain('*** Please tell me who you are.');
    const done = container.run(
      'cd /p && git config user.name A && git config user.email a@b && git commit -m one && rm a && git status -s',
    );
    expect(done.stdout).toMatch(
      /^\[main \(root-commit\) [0-9a-f]{7}\] one\n 1 file changed\n D a\n$/,
    );
  });

  it('trusts nobody’s certificates without the bundle of authorities', () => {
    const { container } = workplace();
    const { stderr } = container.run(
      'rm /etc/ssl/certs/ca-certificates.crt; git clone https://github.com/user/repo.git /data',
    );
    expect(stderr).toContain('SSL certificate problem: ');
  });
});
