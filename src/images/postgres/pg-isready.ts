import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Program } from '../../runtime/syscalls';
import { typeOf } from '../files';
import { targetFromEnvironment } from './connection';
import { SOCKET_FOLDER } from './server';

const DEFAULT_TIMEOUT_SECONDS = 3;
/** What pg_isready ends with. */
const ACCEPTING = 0;
const NO_RESPONSE = 2;
const NO_ATTEMPT = 3;

/** pg_isready: whether a server answers; nobody logs in. */
export const pgIsready: Program = function* pgIsready(sys) {
  const target = targetFromEnvironment(sys);
  let timeout = DEFAULT_TIMEOUT_SECONDS;
  let quiet = false;
  const args = sys.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const [, name = '', inline] = /^(--?[\w-]+?)(?:=(.*))?$/.exec(args[i] ?? '') ?? [];
    const joined = /^-[hpUdt]./.test(name) && !name.startsWith('--');
    const option = joined ? name.slice(0, 2) : name;
    const value = () => inline ?? (joined ? name.slice(2) : (args[++i] ?? ''));
    if (option === '-h' || option === '--host') target.host = value();
    else if (option === '-p' || option === '--port') target.port = Number(value());
    else if (option === '-t' || option === '--timeout') timeout = Number(value());
    else if (/^(-U|--username|-d|--dbname)$/.test(option)) value();
    else if (option === '-q' || option === '--quiet') quiet = true;
  }
  const { host, port } = target;
  const local = host === undefined || host === '' || host.startsWith('/');
  const place = `${local ? SOCKET_FOLDER : host}:${port}`;
  let status = NO_RESPONSE;
  const address = local ? '127.0.0.1' : yield* resolveHost(sys, host);
  const listens = !local || typeOf(sys, `${SOCKET_FOLDER}/.s.PGSQL.${port}`) !== undefined;
  if (address === undefined) status = NO_ATTEMPT;
  else if (listens) {
    try {
      const timeoutMs = timeout > 0 ? timeout * 1000 : undefined;
      sys.close(yield* sys.connect({ host: address, port }, timeoutMs));
      status = ACCEPTING;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
  if (!quiet) {
    const word = { [ACCEPTING]: 'accepting connections', [NO_RESPONSE]: 'no response' }[status];
    yield* sys.write(1, `${place} - ${word ?? 'no attempt'}\n`);
  }
  return status;
};
