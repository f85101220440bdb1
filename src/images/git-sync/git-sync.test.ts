import { describe, expect, it } from 'vitest';
import { INTERNET_HOSTS } from '../internet/hosts';
import { TestNode } from '../test-pod';
import { gitSyncImage } from './image';

function place(reachable = true) {
  const node = new TestNode(reachable ? { 'github.com': '203.0.113.10' } : {});
  const host = INTERNET_HOSTS.find(({ names }) => names.includes('github.com'));
  if (host) {
    const server = node.container(gitSyncImage('v4.4.2'), node.pod(host.ip), {
      '/server': { kind: 'program', program: host.program(node.kernel.unixMs()), mode: 0o755 },
    });
    server.start(['/server']);
  }
  return { node, container: node.container(gitSyncImage('v4.4.2'), node.pod('10.244.0.9')) };
}

const FLAGS = ['--repo=https://github.com/user/repo.git', '--root=/git', '--link=current'];

describe('git-sync', () => {
  it('turns its link when a commit lands', () => {
    const { node, container } = place();
    container.start(['/git-sync', ...FLAGS, '--period=5s']);
    node.advance(10_000);
    const { stderr } = container.take();
    expect(stderr).toMatch(/"msg":"update required","ref":"HEAD","local":""/);
    expect(stderr).toMatch(/"msg":"updated successfully".*"syncCount":1\}\n$/);
    expect(container.run('cat /git/current/index.html | grep Revision').stdout).toContain(
      'Revision 3',
    );
    node.advance(120_000);
    expect(
      container.run('grep Revision /git/current/index.html; ls /git/.worktrees | wc -l').stdout,
    ).toBe('<p>Revision 4</p>\n1\n');
  });

  it('ends after one sync if told to, and says what is missing', () => {
    const { container } = place();
    expect(container.run(['/git-sync', ...FLAGS, '--one-time']).exitCode).toBe(0);
    expect(container.run(['/git-sync'])).toMatchObject({
      stderr: 'ERROR: required flag: --repo must be specified\n',
      exitCode: 1,
    });
  });

  it('goes on trying when the repository cannot be reached', () => {
    const { node, container } = place(false);
    container.start(['/git-sync', ...FLAGS]);
    node.advance(60_000);
    expect(container.take().stderr).toMatch(
      /"msg":"error syncing repo, will retry","error":"Run\(git fetch .*Could not resolve host: github\.com.*"failCount":1\}/,
    );
  });
});
