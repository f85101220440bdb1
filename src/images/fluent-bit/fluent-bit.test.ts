import { describe, expect, it } from 'vitest';
import { busyboxImage } from '../busybox';
import { TestNode } from '../test-pod';
import { fluentBitImage } from './image';

const CONF = '/fluent-bit/etc/fluent-bit.conf';

/** A pod with fluent-bit and its configuration; another with a second one as collector. */
function lab(config: string, files: Readonly<Record<string, string>> = {}, path = CONF) {
  const node = new TestNode({ collector: '10.244.0.9' });
  const pod = node.pod('10.244.0.5');
  const image = fluentBitImage('latest');
  const container = node.container(image, pod, { [path]: config, ...files });
  // The collector's pod is there, so that its address refuses connections at once.
  const collectorPod = node.pod('10.244.0.9');
  const collector = (collectorConfig: string) => {
    const other = node.container(image, collectorPod, { [CONF]: collectorConfig });
    return { container: other, started: other.start() };
  };
  return { node, pod, container, collector };
}

const DUMMY = `[SERVICE]
    Flush 1
[INPUT]
    Name dummy
    Tag  app.log
    Dummy {"message":"hello","n":1,"ok":true}
`;

describe('fluent-bit', () => {
  it('starts with its banner and ends on SIGTERM with 0', () => {
    const { node, container } = lab(`${DUMMY}[OUTPUT]\n    Name stdout\n    Match *\n`);
    const started = container.start();
    node.advance(3500);
    const { stdout, stderr } = container.take();
    expect(stderr).toMatch(/^Fluent Bit v4\.2\.0\n\* Copyright/);
    expect(stderr).toMatch(
      /\[2026\/01\/01 00:00:00\.\d+\] \[ info\] \[fluent bit\] version=4\.2\.0, commit=\w+, pid=1\n/,
    );
    expect(stderr).toContain('[ info] [output:stdout:stdout.0] worker #0 started\n');
    expect(stdout).toMatch(
      /^\[0\] app\.log: \[\[1767225601\.\d{9}, \{\}\], \{"message"=>"hello", "n"=>1, "ok"=>true\}\]\n/,
    );
    started.process.deliver('TERM', 'node');
    node.advance(5000);
    expect(started.status).toEqual({ kind: 'exited', code: 0 });
    const end = container.take().stderr;
    expect(end).toContain('[engine] caught signal (SIGTERM)\n');
    expect(end).toContain('[ warn] [engine] service will shutdown in max 5 seconds\n');
    expect(end).toContain('[ info] [engine] service has stopped (0 pending tasks)\n');
  });

  it('says what is wrong with a configuration, and ends with 1', () => {
    const ends = (config: string, path = CONF) => {
      const { node, container } = lab(config, {}, path);
      const started = container.start([
        '/fluent-bit/bin/fluent-bit',
        '-c',
        path === CONF ? CONF : '/none.conf',
      ]);
      node.advance(1000);
      return { text: container.take().stderr, status: started.status };
    };
    const missing = ends('', '/elsewhere.conf');
    expect(missing.text).toContain('[error] could not open configuration file, aborting.\n');
    expect(missing.status).toEqual({ kind: 'exited', code: 1 });
    const plugin = ends('[INPUT]\n    Name nope\n');
    expect(plugin.text).toContain(
      "[error] [config] section 'nope' tried to instance a plugin name that doesn't exist\n",
    );
    expect(plugin.text).toContain('[error] configuration file contains errors, aborting.\n');
    const value = ends('[SERVICE]\n    Flush\n');
    expect(value.text).toContain(
      `[error] [config] error in ${CONF}:2: undefined value - check config is in valid classic format\n`,
    );
    const unknown = ends('[INPUT]\n    Name dummy\n    Colour red\n');
    expect(unknown.text).toContain(
      "[error] [config] dummy: unknown configuration property 'Colour'. The following properties are allowed: samples, dummy,",
    );
    expect(unknown.text).toContain('[error] [engine] input initialization failed\n');
    expect(unknown.status).toEqual({ kind: 'exited', code: 255 });
    expect(ends('[INPUT]\n    Name tail\n').text).toContain(
      "[error] [input:tail:tail.0] no input 'path' was given\n",
    );
  });

  it('has no shell, except in its debug image', () => {
    expect(fluentBitImage('latest').files().has('/bin/sh')).toBe(false);
    expect(fluentBitImage('4.2.0-debug').files().has('/bin/sh')).toBe(true);
  });

  it('reads the YAML format, filters and prints JSON lines', () => {
    const config = `service:
  flush: 1
pipeline:
  inputs:
    - name: dummy
      tag: a
      dummy: '{"level":"info","secret":"x"}'
    - name: dummy
      tag: b
      dummy: '{"level":"debug"}'
  filters:
    - name: grep
      match: '*'
      exclude: level ^debug$
    - name: modify
      match: '*'
      add: [from \${HOSTNAME_OF_POD}here, kind test]
      remove: secret
  outputs:
    - name: stdout
      match: '*'
      format: json_lines
      json_date_format: iso8601
`;
    const { node, container } = lab(config, {}, '/etc/fb.yaml');
    container.start(['/fluent-bit/bin/fluent-bit', '-c', '/etc/fb.yaml']);
    node.advance(2200);
    expect(container.take().stdout).toMatch(
      /^(\{"date":"2026-01-01T00:00:0\d\.\d{6}Z","level":"info","from":"here","kind":"test"\}\n){1,2}$/,
    );
  });
});

describe('the tail input', () => {
  const TAIL = `[SERVICE]
    Flush 1
    Parsers_File parsers.conf
[INPUT]
    Name tail
    Path /w/*.log
    Path_Key file
    Refresh_Interval 2
    Rotate_Wait 2
    DB /w/positions.db
[OUTPUT]
    Name stdout
    Match *
`;

  function tailLab() {
    const { node, pod, container } = lab(TAIL, { '/w/old.log': 'before\n' });
    const image = busyboxImage();
    const tools = Object.fromEntries(image.files());
    // A debug image: the shell works on the same files.
    const shelled = node.container(fluentBitImage('debug'), pod, {
      [CONF]: TAIL,
      '/w/old.log': 'before\n',
      ...tools,
    });
    return { node, container: shelled, plain: container };
  }

  it('follows files that grow, appear, are rotated and truncated', () => {
    const { node, container } = tailLab();
    container.start();
    node.advance(1500);
    container.run('echo one >> /w/old.log');
    node.advance(2700);
    expect(container.take().stdout).toMatch(
      /^\[0\] tail\.0: \[\[\d+\.\d+, \{\}\], \{"file"=>"\/w\/old\.log", "log"=>"one"\}\]\n$/,
    );
    container.run('echo first > /w/new.log');
    node.advance(4500);
    const appeared = container.take();
    expect(appeared.stdout).toContain('{"file"=>"/w/new.log", "log"=>"first"}');
    expect(appeared.stderr).toMatch(/inotify_fs_add\(\): inode=\d+ watch_fd=2 name=\/w\/new\.log/);
    container.run('mv /w/new.log /w/new.log.1; echo second > /w/new.log');
    node.advance(5000);
    const rotated = container.take();
    expect(rotated.stderr).toMatch(
      /handle rotation\(\): \/w\/new\.log => \/w\/new\.log\.1\n.*name=\/w\/new\.log\n.*inotify_fs_remove\(\)/s,
    );
    expect(rotated.stdout).toContain('"log"=>"second"');
    container.run(': > /w/new.log; echo third >> /w/new.log');
    node.advance(2500);
    expect(container.take().stdout).toContain('"log"=>"third"');
  });

  it('goes on where it stopped when it has a DB', () => {
    const { node, container } = tailLab();
    const first = container.start();
    node.advance(1500);
    container.run('echo one >> /w/old.log');
    node.advance(2500);
    first.process.deliver('KILL', 'node');
    container.run('echo two >> /w/old.log');
    container.start();
    node.advance(2500);
    const { stdout } = container.take();
    expect(stdout).toContain('"log"=>"two"');
    expect(stdout).not.toContain('"log"=>"one"');
  });
});

describe('a collector outage', () => {
  const FORWARD = `${DUMMY}[OUTPUT]
    Name forward
    Match *
    Host collector
    Port 24224
    Retry_Limit no_limits
[SERVICE]
    HTTP_Server On
`;
  const COLLECTOR = `[SERVICE]
    Flush 1
[INPUT]
    Name forward
[OUTPUT]
    Name stdout
    Match *
`;

  it('is survived: chunks wait, and are delivered when it is over', () => {
    const { node, container, collector } = lab(FORWARD);
    container.start();
    node.advance(4000);
    const down = container.take().stderr;
    expect(down).toMatch(/\[error\] \[net\] TCP connection failed: collector:24224 \(/);
    expect(down).toContain(
      '[error] [output:forward:forward.0] no upstream connections available\n',
    );
    expect(down).toMatch(
      /\[ warn\] \[engine\] failed to flush chunk '1-\d+\.\d+\.flb', retry in (?:[6-9]|1[01]) seconds: task_id=0, input=dummy\.0 > output=forward\.0 \(out_id=0\)\n/,
    );
    const { container: store } = collector(COLLECTOR);
    node.advance(60_000);
    const received = store.take().stdout.match(/"message"=>"hello"/g) ?? [];
    // A line a second from the beginning, none of them lost.
    expect(received.length).toBeGreaterThanOrEqual(61);
    expect(container.take().stderr).toMatch(
      /\[ info\] \[engine\] flush chunk '.*' succeeded at retry \d: task_id=0, /,
    );
  });

  it('costs records when the retries are used up', () => {
    const { node, container } = lab(FORWARD.replace('no_limits', '1'));
    container.start();
    node.advance(40_000);
    expect(container.take().stderr).toMatch(
      /\[error\] \[engine\] chunk '.*' cannot be retried: task_id=\d+, input=dummy\.0 > output=forward\.0\n/,
    );
  });

  it('pauses an input whose buffer is full', () => {
    const config = FORWARD.replace('Tag  app.log', 'Tag  app.log\n    Mem_Buf_Limit 200');
    const { node, container, collector } = lab(config);
    container.start();
    node.advance(15_000);
    expect(container.take().stderr).toMatch(
      /\[ warn\] \[input\] dummy\.0 paused \(mem buf overlimit - event of size \d+B exceeded limit 200 to \d+B\)/,
    );
    collector(COLLECTOR);
    node.advance(120_000);
    expect(container.take().stderr).toContain('[ info] [input] resume dummy.0\n');
  });
});
