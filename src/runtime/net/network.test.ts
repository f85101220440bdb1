import { describe, expect, it } from 'vitest';
import { createKernel } from '../../kernel/kernel';
import { SysError } from '../errno';
import type { ConnectedSocket, NetUser, Pending } from '../open-file';
import { Namespace } from './namespace';
import { ARP_TIMEOUT_MS, Network } from './network';

const USER: NetUser = { pid: 7, program: 'curl', container: 'app' };

function lab() {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const network = new Network(kernel);
  network.setLocalNetwork((ip) => ip.startsWith('10.244.'));
  const pod = new Namespace(network, '10.244.0.2', 'default/web');
  const other = new Namespace(network, '10.244.0.3', 'default/other');
  const settle = <T>(pending: Pending<T>, ms = 10) => {
    kernel.clock.runUntil(kernel.clock.now + ms);
    const { result } = pending;
    if (!result) return 'pending';
    return 'error' in result ? result.error.errno : result.value;
  };
  return { kernel, network, pod, other, settle };
}

function errno(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof SysError) return error.errno;
  }
  return 'none';
}

describe('Namespace', () => {
  it('carries bytes between two programs on localhost, and the end', () => {
    const { pod, settle } = lab();
    const listener = pod.listen({ host: '0.0.0.0', port: 80 }, USER);
    const client = settle(pod.connect({ host: '127.0.0.1', port: 80 }, USER)) as ConnectedSocket;
    const server = listener.tryAccept()?.connection;
    expect(server?.tryRead(10)).toBeUndefined();
    client.tryWrite('hello');
    expect(server?.tryRead(3)).toBe('hel');
    expect(server?.tryRead(10)).toBe('lo');
    client.release();
    expect(server?.tryRead(10)).toBe('');
    expect(errno(() => server?.tryWrite('late'))).toBe('EPIPE');
  });

  it('lets one program of the pod have a port, the second gets EADDRINUSE', () => {
    const { pod, other } = lab();
    const first = pod.listen({ host: '0.0.0.0', port: 80 }, USER);
    expect(errno(() => pod.listen({ host: '0.0.0.0', port: 80 }, USER))).toBe('EADDRINUSE');
    expect(errno(() => pod.listen({ host: '127.0.0.1', port: 80 }, USER))).toBe('EADDRINUSE');
    expect(errno(() => other.listen({ host: '0.0.0.0', port: 80 }, USER))).toBe('none');
    first.release();
    expect(errno(() => pod.listen({ host: '0.0.0.0', port: 80 }, USER))).toBe('none');
  });

  it('refuses at once where nobody listens', () => {
    const { pod, settle } = lab();
    expect(settle(pod.connect({ host: '127.0.0.1', port: 81 }, USER), 0)).toBe('ECONNREFUSED');
    expect(settle(pod.connect({ host: '10.244.0.3', port: 81 }, USER))).toBe('ECONNREFUSED');
  });

  it('keeps a listener on 127.0.0.1 to the pod', () => {
    const { pod, other, settle } = lab();
    pod.listen({ host: '127.0.0.1', port: 80 }, USER);
    expect(settle(pod.connect({ host: '127.0.0.1', port: 80 }, USER))).toBeTypeOf('object');
    expect(settle(other.connect({ host: '10.244.0.2', port: 80 }, USER))).toBe('ECONNREFUSED');
  });

  it('finds no route to an address of the pod network that nobody has', () => {
    const { pod, settle } = lab();
    const pending = pod.connect({ host: '10.244.0.99', port: 80 }, USER);
    expect(settle(pending, ARP_TIMEOUT_MS - 1)).toBe('pending');
    expect(settle(pending, 2)).toBe('EHOSTUNREACH');
    expect(settle(pod.connect({ host: '8.8.8.8', port: 80 }, USER, 1000), 1001)).toBe('ETIMEDOUT');
  });

  it('breaks connections when it is removed', () => {
    const { pod, other, settle } = lab();
    const listener = pod.listen({ host: '0.0.0.0', port: 80 }, USER);
    const client = settle(other.connect({ host: pod.ip, port: 80 }, USER)) as ConnectedSocket;
    listener.tryAccept();
    pod.remove();
    expect(errno(() => client.tryRead(1))).toBe('none');
    expect(settle(other.connect({ host: '10.244.0.2', port: 80 }, USER), 5000)).toBe(
      'EHOSTUNREACH',
    );
  });

  it('sends virtual addresses where the routes say', () => {
    const { network, pod, other, settle } = lab();
    network.setRoutes(({ host, port }) => {
      if (host !== '10.96.0.7') return undefined;
      return port === 80 ? { host: '10.244.0.3', port: 8080 } : 'refuse';
    });
    other.listen({ host: '0.0.0.0', port: 8080 }, USER);
    expect(settle(pod.connect({ host: '10.96.0.7', port: 80 }, USER))).toBeTypeOf('object');
    expect(settle(pod.connect({ host: '10.96.0.7', port: 81 }, USER))).toBe('ECONNREFUSED');
  });

  it('tells the trace what was asked and answered', () => {
    const { kernel, pod, settle } = lab();
    const listener = pod.listen({ host: '0.0.0.0', port: 80 }, USER);
    const client = settle(pod.connect({ host: '127.0.0.1', port: 80 }, USER)) as ConnectedSocket;
    client.tryWrite('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    listener.tryAccept()?.connection.tryWrite('HTTP/1.1 200 OK\r\n\r\n');
    expect(kernel.trace.records.map(({ outcome, summary }) => [outcome, summary])).toEqual([
      ['open', undefined],
      ['ok', 'GET /health 200'],
    ]);
  });
});
