import { describe, expect, it } from 'vitest';
import type { ContainerPicture, PodPicture } from '../../lab/picture';
import type { LogRow } from '../store/trace-index';
import { observe } from './observations';

const pod = (containers: Partial<ContainerPicture>[]) =>
  ({ namespace: 'default', name: 'web', containers }) as unknown as PodPicture;

const row = (container: string, text: string): LogRow => ({
  t: 0,
  pod: 'default/web',
  container,
  attempt: 0,
  stream: 'stdout',
  text,
});

describe('observe', () => {
  const waiting = { name: 'wait', state: 'running', reason: 'Running' } as const;

  it('sees that a short name is asked for', () => {
    const logs = [
      row('wait', "** server can't find database-service.svc.cluster.local: NXDOMAIN"),
      row('wait', 'waiting for database'),
    ];
    const found = observe(pod([waiting]), logs);
    expect(found).toMatchObject({ container: 'wait' });
    expect(found?.rule).toContain('database-service.default.svc.cluster.local');
  });

  it('leaves a full name that does not exist alone', () => {
    const logs = [row('wait', "** server can't find db.default.svc.cluster.local.x: NXDOMAIN")];
    expect(observe(pod([waiting]), logs)).toBeUndefined();
  });

  it('sees a port that is taken and a name that nobody has', () => {
    const taken = [
      row('wait', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'),
    ];
    expect(observe(pod([waiting]), taken)?.plain).toContain('listens on that port');
    const ports = [{ port: 80, host: '0.0.0.0', container: 'web', program: 'nginx' }];
    expect(observe({ ...pod([waiting]), ports }, taken)?.plain).toBe(
      'nginx, in the container web, listens on that port already, so this one cannot.',
    );
    const unknown = [row('wait', 'curl: (6) Could not resolve host: config-server')];
    expect(observe(pod([waiting]), unknown)?.plain).toContain('“config-server”');
  });

  it('tells a Service that exists from one that works', () => {
    for (const text of [
      "wget: can't connect to remote host (10.96.0.7): Connection refused",
      'webapp: cache localhost:6379: Connection refused; trying again',
    ]) {
      expect(observe(pod([waiting]), [row('wait', text)])?.rule).toContain('ready Pods only');
    }
  });

  it('says nothing of containers that have done their work, nor of others than the one asked for', () => {
    const logs = [row('wait', 'curl: (6) Could not resolve host: x')];
    const done = { name: 'wait', state: 'terminated', reason: 'Completed' } as const;
    expect(observe(pod([done]), logs)).toBeUndefined();
    expect(observe(pod([waiting]), logs, 'other')).toBeUndefined();
  });
});
