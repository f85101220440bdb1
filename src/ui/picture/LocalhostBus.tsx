import type { ListeningPort, PodPicture, RequestPicture } from '../../lab/picture';
import { durationText } from '../layout/format';
import { useTenths } from './use-tenths';

/** Virtual ms for which a refused port keeps its shut door. */
const REFUSAL_SHOWN_MS = 60_000;
const SHOWN_REQUESTS = 3;

const BAD = new Set<RequestPicture['outcome']>(['refused', 'timeout', 'reset']);
const LOCAL = /^(localhost|127\.|::1)/;

/** The network that a pod's containers share: a door per listening port, and who knocked lately. */
export function LocalhostBus({ pod }: { readonly pod: PodPicture }) {
  const t = useTenths();
  const { ports, requests } = pod;
  const shut = shutPorts(ports, requests, t);
  const latest = requests.slice(-SHOWN_REQUESTS).reverse();
  if (ports.length === 0 && requests.length === 0) return null;
  return (
    <section className="bus" aria-label="Network of the pod">
      <h4 title="All containers of a pod share one network: one address, one set of ports.">
        localhost
      </h4>
      <div className="doors">
        {ports.map((port) => (
          <Door key={`${port.host}:${port.port}`} port={port} />
        ))}
        {shut.map((port) => (
          <span key={port} className="door shut" title="Nothing listens on this port">
            :{port} <span className="program">nobody listens</span>
          </span>
        ))}
      </div>
      {latest.length > 0 && (
        <ol className="requests mono" aria-label="Latest requests">
          {latest.map((request) => (
            <Request
              key={`${request.t} ${request.source} ${request.port}`}
              request={request}
              t={t}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

function shutPorts(
  ports: readonly ListeningPort[],
  requests: readonly RequestPicture[],
  t: number,
): readonly number[] {
  const open = new Set(ports.map(({ port }) => port));
  const refused = requests.filter(
    (one) =>
      one.outcome === 'refused' &&
      LOCAL.test(one.destination) &&
      !open.has(one.port) &&
      t - one.t < REFUSAL_SHOWN_MS,
  );
  return [...new Set(refused.map(({ port }) => port))];
}

function Door({ port: { port, host, container, program } }: { readonly port: ListeningPort }) {
  const isPrivate = LOCAL.test(host);
  return (
    <span
      className="door"
      title={`${program} listens on ${host}:${port}${isPrivate ? ', which only this pod can reach' : ''}`}
    >
      :{port} <span className="program">{container ?? program}</span>
      {isPrivate && <span className="program"> pod only</span>}
    </span>
  );
}

function Request({ request, t }: { readonly request: RequestPicture; readonly t: number }) {
  const { source, destination, port, outcome, summary } = request;
  const isBad = BAD.has(outcome);
  const word = {
    open: '',
    ok: '',
    refused: 'connection refused',
    timeout: 'timed out',
    reset: 'reset',
  }[outcome];
  const where = LOCAL.test(destination) ? `:${port}` : `${destination}:${port}`;
  return (
    <li className={isBad ? 'bad' : undefined}>
      <span>
        {source} <span aria-hidden="true">→</span>
        <span className="hidden-visually"> to </span> {where}
      </span>
      <span className="summary">{[summary, word].filter(Boolean).join(' ')}</span>
      <span className="soft num">{durationText(t - request.t)} ago</span>
    </li>
  );
}
