import { describe, expect, it } from 'vitest';
import { createKernel } from '../../kernel/kernel';
import { SysError } from '../errno';
import type { NetUser } from '../open-file';
import type { DnsAnswer } from '../syscalls';
import { decodeQuestion, decodeResponse, encodeQuery, encodeResponse } from './dns-message';
import { Namespace } from './namespace';
import { Network } from './network';

const USER: NetUser = { pid: 7, program: 'nc', container: 'app' };

function lab() {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const network = new Network(kernel);
  const pod = new Namespace(network, '10.244.0.2', 'default/web');
  const other = new Namespace(network, '10.244.0.3', 'default/other');
  const pass = (ms: number) => kernel.clock.runUntil(kernel.clock.now + ms);
  return { network, pod, other, pass };
}

describe('UDP sockets', () => {
  it('carry datagrams between pods, each as it was sent', () => {
    const { pod, other, pass } = lab();
    const receiver = other.bindDatagrams({ host: '0.0.0.0', port: 9000 }, USER);
    const sender = pod.bindDatagrams({ host: '0.0.0.0', port: 0 }, USER);
    sender.send('one', { host: '10.244.0.3', port: 9000 });
    sender.send('two', { host: '10.244.0.3', port: 9000 });
    pass(5);
    expect(receiver.tryReceive()).toEqual({
      bytes: 'one',
      from: { host: '10.244.0.2', port: sender.local.port },
    });
    expect(receiver.tryReceive()?.bytes).toBe('two');
    expect(receiver.tryReceive()).toBeUndefined();
  });

  it('tell a socket with a peer that nobody has the port, at the next call', () => {
    const { pod, pass } = lab();
    const socket = pod.bindDatagrams({ host: '0.0.0.0', port: 0 }, USER);
    socket.connect({ host: '127.0.0.1', port: 9 });
    expect(socket.tryWrite('x')).toBe(1);
    pass(5);
    expect(() => socket.tryWrite('y')).toThrowError(SysError);
    expect(socket.tryWrite('z')).toBe(1);
  });

  it('do not share a port, and give it back', () => {
    const { pod } = lab();
    const first = pod.bindDatagrams({ host: '127.0.0.1', port: 53 }, USER);
    expect(() => pod.bindDatagrams({ host: '0.0.0.0', port: 53 }, USER)).toThrowError(SysError);
    first.release();
    expect(pod.bindDatagrams({ host: '0.0.0.0', port: 53 }, USER).local.port).toBe(53);
  });

  it('reach the DNS servers of the cluster', () => {
    const { network, pod, pass } = lab();
    network.addDnsServer('10.96.0.10', (name) => ({
      rcode: name === 'web' ? 0 : 3,
      authoritative: true,
      addresses: name === 'web' ? ['10.96.0.20'] : [],
    }));
    const socket = pod.bindDatagrams({ host: '0.0.0.0', port: 0 }, USER);
    socket.send(encodeQuery(5, 'web', 'A'), { host: '10.96.0.10', port: 53 });
    pass(5);
    expect(decodeResponse(socket.tryReceive()?.bytes ?? '', 5)?.addresses).toEqual(['10.96.0.20']);
  });

  it('answer questions of the resolver when a program serves DNS', () => {
    const { pod, pass } = lab();
    const server = pod.bindDatagrams({ host: '127.0.0.1', port: 53 }, USER);
    const question = pod.dnsQuery('127.0.0.1', 'db.prod', 'PTR', USER);
    pass(1);
    const query = server.tryReceive();
    const answer = { rcode: 0, authoritative: true, addresses: [], canonicalName: 'db' };
    if (query) server.send(encodeResponse(query.bytes, answer, 60), query.from);
    pass(1);
    expect(question.result).toEqual({ value: answer });
  });
});

describe('DNS messages', () => {
  it('say the same after encoding and decoding', () => {
    const query = encodeQuery(0x1234, 'web.default.svc', 'A');
    expect(decodeQuestion(query)).toEqual({
      id: 0x1234,
      name: 'web.default.svc',
      type: 'A',
      class: 1,
      opcode: 0,
      isResponse: false,
    });
    const answer: DnsAnswer = {
      rcode: 0,
      authoritative: false,
      addresses: ['10.0.0.1', '10.0.0.254'],
      canonicalName: 'real.example',
    };
    expect(decodeResponse(encodeResponse(query, answer, 30), 0x1234)).toEqual(answer);
    expect(decodeResponse(encodeResponse(query, answer, 30), 1)).toBeUndefined();
  });

  it('that break off or run in circles are refused', () => {
    const query = encodeQuery(1, 'web', 'A');
    expect(decodeQuestion(query.slice(0, 15))).toBeUndefined();
    expect(decodeQuestion(`${query.slice(0, 12)}\xc0\x0c\0\x01\0\x01`)).toBeUndefined();
  });
});
