import { encodePack, FLUSH, packetLine, readPacketLines } from '../git/pack';
import type { HttpRequest } from '../http/server';
import type { DemoRepository } from './demo-repository';
import { pathOf, type Site, type SiteAnswer } from './web-site';

const SERVICE = 'git-upload-pack';
const CAPABILITIES = 'shallow no-progress symref=HEAD:refs/heads/main agent=git/podlab';

/**
 * github.com with one repository, `user/repo`, over git's "smart" HTTP protocol (version 0). Any other
 * repository is answered as GitHub answers strangers: it asks for a name and a password.
 */
export function gitHost(repository: DemoRepository): Site {
  return (sys, request) => {
    const path = pathOf(request);
    const match = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/.exec(path);
    if (!match) return webPage(path);
    if (`${match[1]}/${match[2]}` !== 'user/repo') return unauthorized();
    const head = repository.headAt(sys.nowMs);
    if (match[3] !== SERVICE) return advertise(request, head);
    return upload(request, repository, head);
  };
}

function webPage(path: string): SiteAnswer {
  if (path === '/' || /^\/user(\/repo)?\/?$/.test(path)) {
    return { status: 200, body: '<!DOCTYPE html>\n<title>GitHub</title>\n<p>user/repo</p>\n' };
  }
  return { status: 404, type: 'text/plain', body: 'Not Found' };
}

function unauthorized(): SiteAnswer {
  return {
    status: 401,
    type: 'text/plain',
    body: 'Repository not found.',
    headers: [['WWW-Authenticate', 'Basic realm="GitHub"']],
  };
}

function advertise({ target }: HttpRequest, head: string): SiteAnswer {
  if (!target.endsWith(`service=${SERVICE}`)) return unauthorized();
  const lines = [
    packetLine(`${head} HEAD\0${CAPABILITIES}\n`),
    packetLine(`${head} refs/heads/main\n`),
  ];
  return {
    status: 200,
    type: `application/x-${SERVICE}-advertisement`,
    body: packetLine(`# service=${SERVICE}\n`) + FLUSH + lines.join('') + FLUSH,
  };
}

function upload({ body }: HttpRequest, { store }: DemoRepository, head: string): SiteAnswer {
  const { lines } = readPacketLines(body);
  const wanted = /^want ([0-9a-f]{40})/.exec(lines[0] ?? '')?.[1] ?? head;
  const depth = lines.map((line) => /^deepen (\d+)/.exec(line)?.[1]).find(Boolean);
  const known = new Set(lines.flatMap((line) => /^have ([0-9a-f]{40})/.exec(line)?.[1] ?? []));
  const objects = store.reachable(wanted, known, depth === undefined ? undefined : Number(depth));
  return {
    status: 200,
    type: `application/x-${SERVICE}-result`,
    body: packetLine('NAK\n') + encodePack(objects),
  };
}
