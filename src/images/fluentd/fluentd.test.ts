import { describe, expect, it } from 'vitest';
import { fluentBitImage } from '../fluent-bit/image';
import { logStoreImage } from '../log-store/image';
import { TestNode } from '../test-pod';
import { fluentdImage } from './image';
import { tagPattern } from './router';

const CONF = '/fluentd/etc/fluent.conf';
const FLUENT = { uid: 999, gid: 999 };

function lab(config: string | undefined, hosts: Readonly<Record<string, string>> = {}) {
  const node = new TestNode(hosts);
  const pod = node.pod('10.244.0.5');
  const files: Record<string, string> = config === undefined ? {} : { [CONF]: config };
  const fluentd = node.container(fluentdImage('latest'), pod, files);
  return { node, pod, fluentd };
}

const SAMPLE = `<source>
  @type sample
  tag app.web
  sample {"level":"info","n":1}
</source>
`;

describe('tag patterns', () => {
  it.each([
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['a.**', 'a', true],
    ['a.**', 'a.b.c', true],
    ['**', 'anything.at.all', true],
    ['{a,b}.x', 'b.x', true],
    ['a b.*', 'b.c', true],
    ['a', 'ab', false],
  ])('%s against %s: %s', (pattern, tag, expected) => {
    expect(tagPattern(pattern)(tag)).toBe(expected);
  });
});

describe('fluentd', () => {
  it('starts as the image does, and stops on SIGTERM with 0', () => {
    const { node, fluentd } = lab(undefined);
    const started = fluentd.start(undefined, FLUENT);
    node.advance(3000);
    const { stdout } = fluentd.take();
    expect(stdout).toMatch(
      /^2026-01-01 00:00:00 \+0000 \[info\]: init supervisor logger path=nil rotate_age=nil rotate_size=nil\n.* parsing config file is succeeded path="\/fluentd\/etc\/fluent\.conf"\n.* gem 'fluentd' version '1\.19\.0'\n/,
    );
    expect(stdout).toContain(
      '[info]: adding match in @mainstream pattern="docker.**" type="file"\n',
    );
    expect(stdout).toContain(
      '[info]: using configuration file: <ROOT>\n  <source>\n    @type forward\n',
    );
    expect(stdout).toMatch(/\[info\]: starting fluentd-1\.19\.0 pid=\d+ ruby="3\.4\.7"\n/);
    expect(stdout).toContain('[info]: #0 [input1] listening port port=24224 bind="0.0.0.0"\n');
    expect(stdout).toContain('[info]: #0 fluentd worker is now running worker=0\n');
    started.process.deliver('TERM', 'node');
    node.advance(3000);
    expect(started.status).toEqual({ kind: 'exited', code: 0 });
    expect(fluentd.take().stdout).toMatch(
      /Received graceful stop\n.*#0 fluentd worker is now stopping worker=0\n.*Worker 0 finished with status 0\n$/s,
    );
  });

  it.each([
    [
      'an unknown plugin',
      '<match **>\n  @type elasticsearch\n</match>\n',
      `config error file="${CONF}" error_class=Fluent::NotFoundPluginError error="Unknown output plugin 'elasticsearch'. Run 'gem search -rd fluent-plugin' to find plugins"`,
    ],
    [
      'a missing type',
      '<source>\n  port 1\n</source>\n',
      `error_class=Fluent::ConfigError error="Missing '@type' parameter on <source> directive"`,
    ],
    [
      'tail without a parser',
      '<source>\n  @type tail\n  path /x\n  tag x\n</source>\n',
      'error="<parse> section is required."',
    ],
    [
      'a server without a name',
      '<match **>\n  @type forward\n  <server>\n    host nowhere\n  </server>\n</match>\n',
      'unexpected error error_class=Socket::ResolutionError error="getaddrinfo(3): Name or service not known"',
    ],
  ])('ends with 1 for %s', (_, config, message) => {
    const { node, fluentd } = lab(config);
    const started = fluentd.start();
    node.advance(20_000);
    expect(fluentd.take().stdout).toContain(message);
    expect(started.status).toEqual({ kind: 'exited', code: 1 });
  });

  it('ends with 1 for a section that is not closed', () => {
    const { node, fluentd } = lab('<match **>\n  @type stdout\n');
    const started = fluentd.start();
    node.advance(5000);
    expect(fluentd.take().stderr).toContain(
      "expected end tag '</match>' but got end of file at fluent.conf line 3",
    );
    expect(started.status).toEqual({ kind: 'exited', code: 1 });
  });

  it('filters and transforms, and prints with time and tag', () => {
    const config = `${SAMPLE}<source>
  @type sample
  tag app.debug
  sample {"level":"debug"}
</source>
<filter app.**>
  @type grep
  <exclude>
    key level
    pattern /^debug$/
  </exclude>
</filter>
<filter app.**>
  @type record_transformer
  remove_keys n
  <record>
    part \${tag_parts[1]}
    was \${record["n"]}
  </record>
</filter>
<match app.**>
  @type stdout
</match>
`;
    const { node, fluentd } = lab(config);
    fluentd.start();
    node.advance(4000);
    const { stdout } = fluentd.take();
    expect(stdout).toMatch(
      /\n2026-01-01 00:00:02\.\d{9} \+0000 app\.web: \{"level":"info","part":"web","was":1\}\n/,
    );
    expect(stdout).not.toContain('"level":"debug","part"');
  });

  it('collects its own log when the top level matches it', () => {
    const { node, fluentd } = lab('<match **>\n  @type stdout\n</match>\n');
    fluentd.start();
    node.advance(3000);
    expect(fluentd.take().stdout).toMatch(
      /fluent\.info: \{"worker":0,"message":"fluentd worker is now running worker=0"\}\n/,
    );
  });

  it('tails files with its parsers, over rotation and restarts', () => {
    const config = `<source>
  @type tail
  path /w/*.log
  pos_file /w/tail.pos
  tag web.*
  read_from_head true
  <parse>
    @type nginx
  </parse>
</source>
<match **>
  @type stdout
</match>
`;
    const line = (path: string) =>
      `10.0.0.1 - - [01/Jan/2026:00:00:04 +0000] "GET ${path} HTTP/1.1" 200 5 "-" "curl/8" "-"`;
    const { node, fluentd } = lab(config);
    const started = fluentd.start();
    fluentd.run(`echo '${line('/a')}' > /w/access.log`);
    node.advance(4000);
    fluentd.take();
    fluentd.run(`echo '${line('/b')}' >> /w/access.log; echo nonsense >> /w/access.log`);
    node.advance(2500);
    const followed = fluentd.take().stdout;
    expect(followed).toContain(
      '2026-01-01 00:00:04.000000000 +0000 web.w.access.log: {"remote":"10.0.0.1","host":"-","user":"-","method":"GET","path":"/b","code":"200","size":"5","referer":"-","agent":"curl/8","http_x_forwarded_for":"-"}\n',
    );
    expect(followed).toContain('[warn]: #0 pattern not matched: "nonsense"\n');
    fluentd.run(`mv /w/access.log /w/old; echo '${line('/c')}' > /w/access.log`);
    node.advance(2500);
    const rotated = fluentd.take().stdout;
    expect(rotated).toContain('detected rotation of /w/access.log; waiting 5.0 seconds\n');
    expect(rotated).toContain('"path":"/c"');
    started.process.deliver('TERM', 'node');
    node.advance(3000);
    fluentd.run(`echo '${line('/d')}' >> /w/access.log`);
    fluentd.start();
    node.advance(4000);
    const again = fluentd.take().stdout;
    expect(again).toContain('"path":"/d"');
    expect(again).not.toContain('"path":"/c"');
  });

  it('takes records over HTTP, and from fluent-bit over the forward protocol', () => {
    const config = `<source>
  @type http
</source>
<source>
  @type forward
</source>
<match app.** bit>
  @type stdout
</match>
`;
    const { node, pod, fluentd } = lab(config);
    fluentd.start();
    node.advance(3000);
    const posted = fluentd.run(`wget -qO- --post-data 'json={"a":1}' localhost:9880/app.log`);
    expect(posted.stdout).toMatch(/ app\.log: \{"a":1\}\n/);
    const bit = node.container(fluentBitImage('latest'), pod, {
      '/fluent-bit/etc/fluent-bit.conf':
        '[INPUT]\n    Name dummy\n    Tag bit\n[OUTPUT]\n    Name forward\n    Match *\n',
    });
    bit.start();
    node.advance(4000);
    const { stdout } = fluentd.take();
    expect(stdout).toMatch(/ bit: \{"message":"dummy"\}\n/);
  });

  it('keeps what a collector does not take, and delivers it later', () => {
    const config = `${SAMPLE}<match app.**>
  @type http
  endpoint http://log-store:8080/app
  <buffer>
    flush_interval 1s
    retry_max_interval 5s
  </buffer>
</match>
`;
    const { node, fluentd } = lab(config, { 'log-store': '10.244.0.9' });
    const storePod = node.pod('10.244.0.9');
    fluentd.start();
    node.advance(15_000);
    const failing = fluentd.take().stdout;
    expect(failing).toMatch(
      /\[warn\]: #0 failed to flush the buffer\. retry_times=0 next_retry_time=2026-01-01 00:00:\d\d \+0000 chunk="[0-9a-f]{32}" error_class=Errno::ECONNREFUSED error="Failed to open TCP connection to log-store:8080 \(Connection refused - connect\(2\) for \\"10\.244\.0\.9\\" port 8080\)"\n/,
    );
    expect(failing).toContain('retry_times=2');
    const store = node.container(logStoreImage(), storePod);
    store.start();
    node.advance(15_000);
    expect(fluentd.take().stdout).toMatch(
      /\[warn\]: #0 retry succeeded\. chunk_id="[0-9a-f]{32}"\n/,
    );
    expect((store.take().stdout.match(/"level":"info"/g) ?? []).length).toBeGreaterThanOrEqual(25);
  });

  it('starts its worker again when it is killed', () => {
    const { node, fluentd } = lab(`${SAMPLE}<match **>\n  @type null\n</match>\n`);
    fluentd.start();
    node.advance(3000);
    fluentd.take();
    const ps = fluentd.run('ps -o pid,args').stdout;
    const worker = /(\d+) .*--under-supervisor\n/.exec(ps)?.[1];
    fluentd.startProgram(function* kill(sys) {
      sys.kill(Number(worker), 'KILL');
      yield* sys.sleep(1);
      return 0;
    });
    node.advance(4000);
    expect(fluentd.take().stdout).toMatch(
      /\[error\]: Worker 0 exited unexpectedly with signal SIGKILL\n.*fluentd worker is now running/s,
    );
  });
});
