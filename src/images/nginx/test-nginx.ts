import type { Bytes } from '../../runtime/bytes';
import { type TestImage, TestNode } from '../test-pod';
import { nginxImage } from './image';

const NGINX_IP = '10.244.0.5';

/** nginx with a configuration for its http block, and somebody with curl in the same pod. */
export function nginxWith(
  http: Bytes,
  options: { node?: TestNode; files?: Readonly<Record<string, Bytes>> } = {},
): { node: TestNode; nginx: TestImage; curl: (args: Bytes) => Bytes; pod: TestImage } {
  const node = options.node ?? new TestNode();
  const pod = node.pod(NGINX_IP);
  const files = { '/etc/nginx/conf.d/default.conf': http, ...options.files };
  const nginx = node.container(nginxImage('1.29.3'), pod, files);
  nginx.start(['nginx', '-g', 'daemon off;']);
  node.advance(3000);
  const client = node.container(nginxImage('1.29.3'), pod, files);
  const curl = (args: Bytes) => client.run(`curl -s ${args}`).stdout;
  return { node, nginx, curl, pod: client };
}

/** What `nginx -t` says to a configuration, without the date and the last line. */
export function complaintAbout(http: Bytes, files: Readonly<Record<string, Bytes>> = {}): Bytes {
  const node = new TestNode();
  const conf = { '/etc/nginx/conf.d/default.conf': http, ...files };
  const image = node.container(nginxImage('1.29.3'), node.pod(NGINX_IP), conf);
  const { stderr } = image.run(['nginx', '-t']);
  const lines = stderr.split('\n').filter((line) => line.startsWith('nginx: [emerg] '));
  return lines.map((line) => line.slice('nginx: [emerg] '.length)).join('\n');
}
