import { describe, expect, it } from 'vitest';
import { curlProgram } from '../curl/curl';
import { TestNode } from '../test-pod';
import { nodeImage, pythonImage } from './image';

function container(image = pythonImage('3.12-slim')) {
  const node = new TestNode();
  const pod = node.pod('10.244.0.5');
  const curl = { kind: 'program', program: curlProgram('8.14.1'), mode: 0o755 } as const;
  return {
    node,
    container: node.container(image, pod, { '/usr/bin/curl': curl, '/www/a.txt': 'hello\n' }),
  };
}

describe('python', () => {
  it('serves a folder and logs requests as Python does', () => {
    const { node, container: python } = container();
    python.start(['python3', '-m', 'http.server', '8080', '--directory', '/www']);
    node.advance(1000);
    // The first line waits in a buffer.
    expect(python.take().stdout).toBe('');
    const answer = python.run(
      'curl -s localhost:8080/a.txt; curl -s localhost:8080/ | grep a.txt; curl -s -o /dev/null -w "%{http_code}" localhost:8080/no',
    );
    expect(answer.stdout).toBe('hello\n<li><a href="a.txt">a.txt</a></li>\n404');
    expect(answer.stderr).toBe(
      [
        '127.0.0.1 - - [01/Jan/2026 00:00:01] "GET /a.txt HTTP/1.1" 200 -',
        '127.0.0.1 - - [01/Jan/2026 00:00:01] "GET / HTTP/1.1" 200 -',
        '127.0.0.1 - - [01/Jan/2026 00:00:01] code 404, message File not found',
        '127.0.0.1 - - [01/Jan/2026 00:00:01] "GET /no HTTP/1.1" 404 -',
        '',
      ].join('\n'),
    );
  });

  it('prints literals, and holds them back unless it is told not to', () => {
    const { node, container: python } = container();
    expect(python.run(['python3', '-c', 'print(\'a\', 1); print("b\\n")']).stdout).toBe(
      'a 1\nb\n\n',
    );
    python.start(['python', '-c', 'import time\nprint("x")\ntime.sleep(60)']);
    node.advance(1000);
    expect(python.take().stdout).toBe('');
    python.start(['python', '-u', '-c', 'import time\nprint("x")\ntime.sleep(60)']);
    node.advance(1000);
    expect(python.take().stdout).toBe('x\n');
  });

  it('never pretends', () => {
    const { node, container: python } = container();
    const started = python.start(['python3', '-c', 'print(sum(range(3)))']);
    node.advance(5000);
    expect(python.take()).toEqual({
      stdout: '',
      stderr: 'podlab: this Python text is not simulated; this process waits until it is stopped\n',
    });
    expect(started.status).toBeUndefined();
    expect(python.run('python3 /app.py')).toMatchObject({
      stderr: "python3: can't open file '/app.py': [Errno 2] No such file or directory\n",
      exitCode: 2,
    });
  });
});

describe('node', () => {
  it('prints literals', () => {
    const { container: node } = container(nodeImage('22'));
    expect(node.run(['node', '-e', "console.log('hi', 2); console.error('oops')"])).toEqual({
      stdout: 'hi 2\n',
      stderr: 'oops\n',
      exitCode: 0,
    });
    expect(node.run('node -v').stdout).toBe('v22.11.1\n');
  });
});
