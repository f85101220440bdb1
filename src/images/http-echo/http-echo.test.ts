import { expect, it } from 'vitest';
import { curlImage } from '../curl/image';
import { TestNode } from '../test-pod';
import { httpEchoImage } from './image';

it('answers with its text, and logs each request', () => {
  const node = new TestNode();
  const pod = node.pod('10.244.0.5');
  const echo = node.container(httpEchoImage(), pod);
  const process = echo.start(['/http-echo', '-text=hello world', '-listen', ':8080']);
  node.advance(100);
  const curl = node.container(curlImage('8.17.0'), pod);
  expect(curl.run('curl -s localhost:8080/any').stdout).toBe('hello world\n');
  expect(curl.run('curl -s localhost:8080/health').stdout).toBe('{"status":"ok"}\n');
  expect(echo.take().stdout).toMatch(
    /^2026\/01\/01 00:00:00 \[INFO\] server is listening on :8080\n2026\/01\/01 00:00:00 localhost:8080 127\.0\.0\.1:\d+ "GET \/any HTTP\/1\.1" 200 12 "curl\/8\.17\.0" \S+\n/,
  );
  expect(process.status).toBeUndefined();
});

it('wants a text', () => {
  const node = new TestNode();
  const echo = node.container(httpEchoImage(), node.pod('10.244.0.5'));
  expect(echo.run(['/http-echo'])).toEqual({
    stdout: '',
    stderr: 'Missing -text option!\n',
    exitCode: 127,
  });
  expect(echo.run(['/http-echo', '-bogus']).exitCode).toBe(2);
});
