import { describe, expect, it } from 'vitest';
import { fluentBitImage } from '../fluent-bit/image';
import { TestNode } from '../test-pod';
import { logStoreImage } from './image';

function lab(output: string) {
  const node = new TestNode({ 'log-store': '10.244.0.9' });
  const store = node.container(logStoreImage(), node.pod('10.244.0.9'));
  const collector = node.container(fluentBitImage('latest'), node.pod('10.244.0.5'), {
    '/fluent-bit/etc/fluent-bit.conf': `[INPUT]
    Name dummy
    Tag app
    Dummy {"n":1}
[OUTPUT]
    Match *
    Host log-store
    Retry_Limit no_limits
${output}`,
  });
  return { node, store, collector };
}

const OUTPUTS = {
  http: '    Name http\n    Port 8080\n    Header_Tag X-Tag\n',
  forward: '    Name forward\n    Port 24224\n    Require_ack_response On\n',
  es: '    Name es\n    Port 8080\n    Suppress_Type_Name On\n',
};

describe('log-store', () => {
  it.each(Object.entries(OUTPUTS))('prints what it is sent by the %s output', (name, output) => {
    const { node, store, collector } = lab(output);
    store.start();
    collector.start();
    node.advance(4500);
    const { stdout } = store.take();
    const tag = name === 'es' ? '/_bulk' : 'app';
    const lines = stdout.split('\n').filter((line) => line.startsWith(`${tag} {`));
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines[0]).toContain('"n":1');
    if (name === 'http') {
      expect(collector.take().stderr).toContain(
        '[ info] [output:http:http.0] log-store:8080, HTTP status=200\nok\n',
      );
    }
  });

  it('can be taken down and brought back: nothing is lost', () => {
    const { node, store, collector } = lab(OUTPUTS.http);
    store.start();
    store.run('touch /tmp/down');
    collector.start();
    node.advance(10_000);
    expect(collector.take().stderr).toMatch(
      /\[error\] \[output:http:http\.0\] log-store:8080, HTTP status=503\nthe log store is down\n.*retry in \d+ seconds/s,
    );
    store.run('rm /tmp/down');
    node.advance(60_000);
    expect(
      Number(/^(\d+) records/.exec(store.run('wget -qO- localhost:8080').stdout)?.[1]),
    ).toBeGreaterThanOrEqual(68);
  });
});
