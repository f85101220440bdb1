import { describe, expect, it } from 'vitest';
import { ApiError, createSimulator, FaultError, ManifestError, replay } from './simulator';

function pod(name: string, containers: string, more = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n${more}  containers:\n${containers}`;
}

function container(name: string, image: string, script?: string): string {
  const command = script === undefined ? '' : `    command: [sh, -c, ${JSON.stringify(script)}]\n`;
  return `  - name: ${name}\n    image: ${image}\n${command}`;
}

/** A cluster in which one pod has run for `seconds`. */
function running(manifest: string, seconds = 20) {
  const simulator = createSimulator({ seed: 1 });
  simulator.apply(manifest);
  simulator.advance(seconds * 1000);
  const [drawn] = simulator.picture().pods;
  const exec = (name: string, script: string) =>
    simulator.sh(`kubectl exec ${drawn?.name} -c ${name} -- sh -c ${quote(script)}`);
  return { simulator, drawn, exec };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

describe('createSimulator', () => {
  it('applies manifests and says what it did', () => {
    const simulator = createSimulator();
    const manifest = pod('web', container('app', 'busybox:1.37', 'sleep 100'));
    expect(simulator.apply(manifest)).toEqual([
      { kind: 'Pod', name: 'web', namespace: 'default', action: 'created' },
    ]);
    expect(simulator.apply(manifest)[0]?.action).toBe('unchanged');
    const labelled = manifest.replace('name: web', 'name: web\n  labels: {a: b}');
    expect(simulator.apply(labelled)[0]?.action).toBe('configured');
  });

  it('throws the Status of a refusal, and applies the rest of the text', () => {
    const simulator = createSimulator();
    const bad = pod('Bad_Name', container('app', 'busybox:1.37'));
    const good = pod('good', container('app', 'busybox:1.37'));
    expect(() => simulator.apply(`${bad}---\n${good}`)).toThrow(ApiError);
    expect(simulator.get('Pod', 'good')).toBeDefined();
  });

  it('throws kubectl’s words for text that cannot be read', () => {
    expect(() => createSimulator().apply('a: [1')).toThrow(ManifestError);
  });

  it('refuses a fault that makes no sense, in a sentence', () => {
    const simulator = createSimulator();
    const fault = { do: 'signal', pod: 'default/none', container: 'a', signal: 'KILL' } as const;
    expect(() => simulator.inject(fault)).toThrow(FaultError);
    expect(() => simulator.inject(fault)).toThrow('pod "default/none" is on no node');
  });

  it('gives a verdict with the place in the text', () => {
    const manifest = pod('web', container('app', 'busybox:1.37')).replace('image:', 'imag:');
    const [problem] = createSimulator().dryRun(manifest).problems;
    expect(problem).toMatchObject({ severity: 'error', line: 8 });
    expect(problem?.message).toContain('unknown field "spec.containers[0].imag"');
  });

  it('runs until something is so, and stops there', () => {
    const simulator = createSimulator();
    simulator.apply(pod('web', container('app', 'busybox:1.37', 'sleep 3; exit 4')));
    const ended = simulator.runUntil(
      ({ trace }) => trace.some(({ type }) => type === 'container.exited'),
      60_000,
    );
    expect(ended).toBe(true);
    expect(simulator.now).toBeLessThan(10_000);
    expect(simulator.runUntil(() => false, 1000)).toBe(false);
  });

  it('replays to the same trace, whatever was refused or thrown', () => {
    const simulator = createSimulator({ seed: 9 });
    simulator.apply(pod('web', container('app', 'busybox:1.37', 'sleep 3; exit 4')));
    simulator.advance(5000);
    expect(() => simulator.apply('a: [1')).toThrow();
    simulator.sh('echo hi; sleep 2; kubectl get pods');
    simulator.terminal.input('date\r');
    simulator.advance(5000);
    const again = replay(simulator.run, simulator.now);
    expect(again.traceHash).toBe(simulator.traceHash);
    expect(again.terminal.output()).toEqual(simulator.terminal.output());
  });
});

describe('replay', () => {
  it('stops after what the last input set off at its own instant', () => {
    const simulator = createSimulator({ seed: 0 });
    simulator.advance(1);
    simulator.terminal.resize(100, 30);
    simulator.advance(0);
    const shown = simulator.terminal.output().text;
    expect(shown).not.toBe('');
    expect(replay(simulator.run, 1).terminal.output().text).toBe(shown);
  });
});

describe('the workstation', () => {
  it('runs scripts in virtual time and hands back the files', () => {
    const simulator = createSimulator();
    const result = simulator.sh(
      'sleep 90; cat in.txt | tr a-z A-Z > out.txt; echo done >&2; exit 3',
      {
        files: { 'in.txt': 'hä?' },
      },
    );
    expect(result).toMatchObject({ stdout: '', stderr: 'done\n', exitCode: 3 });
    expect(result.filesAfter['out.txt']).toBe('Hä?');
    expect(simulator.now).toBeGreaterThanOrEqual(90_000);
  });

  it('cannot start anything in the background without /dev/null', () => {
    const { stdout, stderr } = createSimulator().sh('rm /dev/null; true & wait $!; echo $?');
    expect(stderr).toBe("sh: can't open '/dev/null': No such file or directory\n");
    expect(stdout).toBe('2\n');
  });

  it('ends a script that never ends', () => {
    const simulator = createSimulator();
    expect(simulator.sh('while true; do :; done', { timeoutMs: 2000 }).exitCode).toBe(124);
    expect(simulator.sh('echo still here').stdout).toBe('still here\n');
  });

  it('echoes what is typed and answers', () => {
    const simulator = createSimulator();
    simulator.terminal.input('echo $((6*7))\r');
    simulator.advance(1000);
    const { text, next } = simulator.terminal.output();
    expect(text).toContain('echo $((6*7))');
    expect(text).toContain('42');
    expect(simulator.terminal.output(next).text).toBe('');
  });
});

describe('images', () => {
  it('nginx serves files, redirects folders and logs both kinds of line', () => {
    const { drawn, exec, simulator } = running(pod('web', container('nginx', 'nginx:1.29')));
    expect(drawn?.ports).toMatchObject([{ port: 80, container: 'nginx', program: 'nginx' }]);
    expect(exec('nginx', 'curl -s localhost | head -1').stdout).toBe('<!DOCTYPE html>\n');
    expect(exec('nginx', 'curl -s -o /dev/null -w "%{http_code}" localhost/nope').stdout).toBe(
      '404',
    );
    const log = simulator.logs('default/web', 'nginx').map(({ text }) => text);
    expect(log).toContain('/docker-entrypoint.sh: Configuration complete; ready for start up');
    const access = log.find((line) => line.includes('"GET / HTTP/1.1" 200'));
    expect(access).toMatch(
      /^127\.0\.0\.1 - - \[01\/Jan\/2026:00:00:\d\d \+0000] "GET \/ HTTP\/1\.1" 200 \d+ "-" "curl\/[\d.]+" "-"$/,
    );
    expect(log.join('\n')).toMatch(
      /\[error] \d+#\d+: \*\d+ open\(\) "\/usr\/share\/nginx\/html\/nope" failed \(2: No such file or directory\)/,
    );
  });

  it('nginx tells what is wrong with its configuration, and reloads a mended one', () => {
    const { exec } = running(pod('web', container('nginx', 'nginx:1.29')));
    const conf = '/etc/nginx/conf.d/default.conf';
    const broken = exec('nginx', `echo "server { lisen 80; }" > ${conf}; nginx -t`);
    expect(broken.stderr).toContain(`nginx: [emerg] unknown directive "lisen" in ${conf}:1`);
    const mended = `server { listen 81; location / { return 200 "mended"; } }`;
    exec('nginx', `echo '${mended}' > ${conf}; nginx -t && nginx -s reload; sleep 1`);
    expect(exec('nginx', 'curl -s localhost/x').stdout).toBe('');
  });

  it('two servers of a pod cannot have one port: the second gives up', () => {
    const both = container('one', 'nginx:1.29') + container('two', 'nginx:1.29');
    const { simulator } = running(pod('web', both));
    const log = simulator.logs('default/web', 'two', 0).map(({ text }) => text);
    expect(
      log.filter((line) => line.includes('98: Address already in use')).length,
    ).toBeGreaterThan(4);
    expect(log.at(-1)).toBe('nginx: [emerg] still could not bind()');
  });

  it('redis keeps values and redis-cli shows them', () => {
    const { exec } = running(pod('cache', container('redis', 'redis:7')));
    const script =
      'redis-cli set a 1; redis-cli incr a; redis-cli lpush l x y; redis-cli lrange l 0 -1; redis-cli get none';
    expect(exec('redis', script).stdout).toBe('OK\n2\n2\ny\nx\n\n');
    expect(exec('redis', 'redis-cli -p 1 ping').stderr).toContain(
      'Could not connect to Redis at 127.0.0.1:1: Connection refused',
    );
  });

  it('curl words its failures and exits with their codes', () => {
    const { exec } = running(pod('box', container('curl', 'curlimages/curl:8.17.0', 'sleep 1000')));
    const refused = exec('curl', 'curl localhost:81');
    expect(refused.stderr).toContain(
      'curl: (7) Failed to connect to localhost port 81 after 0 ms: Could not connect to server',
    );
    expect(refused.exitCode).toBe(7);
    const unknown = exec('curl', 'curl -s http://config-server/x');
    expect([unknown.stderr.trim().split('\n')[0], unknown.exitCode]).toEqual([
      'command terminated with exit code 6',
      6,
    ]);
  });

  it('containers of a pod meet on localhost, and a dead sibling refuses at once', () => {
    const both = container('web', 'webapp:1.0') + container('box', 'busybox:1.37', 'sleep 1000');
    const { exec, simulator } = running(pod('pair', both));
    expect(exec('box', 'wget -qO- localhost:8080/health').stdout).toBe('ok\n');
    // The second time the kubelet waits before it starts the container again.
    for (let time = 0; time < 2; time++) {
      simulator.inject({ do: 'exit', pod: 'default/pair', container: 'web', exitCode: 1 });
      simulator.advance(5000);
    }
    expect(exec('box', 'wget -qO- localhost:8080/health').stderr).toContain('Connection refused');
    expect(simulator.picture().pods[0]?.requests.at(-1)).toMatchObject({
      port: 8080,
      outcome: 'refused',
    });
  });

  it('an unknown image ends in the registry’s words, a well-known one in a placeholder that says so', () => {
    const both = container('a', 'nosuch/image:1') + container('b', 'mongo:8');
    const { simulator } = running(pod('p', both));
    const [a, b] = simulator.picture().pods[0]?.containers ?? [];
    expect(['ErrImagePull', 'ImagePullBackOff']).toContain(a?.reason);
    expect(a?.message).toContain('docker.io/nosuch/image:1: not found');
    expect(b?.modelled).toBe('placeholder');
    expect(simulator.logs('default/p', 'b')[0]?.text).toContain('mongo is not simulated');
  });
});
