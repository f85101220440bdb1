import type { PodPicture } from '../../lab/picture';
import type { LogRow } from '../store/trace-index';
import { LINKS } from './explanation';

/** Something that is given away elsewhere than in a container's state: by a log, an event, a comparison. */
export interface Observation {
  /** The container that it is about, if it is about one. */
  readonly container: string | undefined;
  /** Where it was seen: `web logged`. */
  readonly source: string;
  /** What was seen, word for word. */
  readonly line: string;
  readonly plain: string;
  readonly rule: string;
  readonly link: { readonly text: string; readonly href: string };
}

interface Pattern {
  readonly line: RegExp;
  /** It says something about now: only the newest line counts. */
  readonly passes?: true;
  explain(
    match: RegExpExecArray,
    pod: PodPicture,
  ): Omit<Observation, 'container' | 'source' | 'line'>;
}

/** Lines that are looked at, the newest of each container. */
const LINES = 12;

const PATTERNS: readonly Pattern[] = [
  {
    // busybox asks every search domain for a name without a dot.
    line: /^\*\* server can't find ([^.\s]+)\.(?:[^.\s]+\.)?(?:svc\.)?cluster\.local: NXDOMAIN$/,
    explain([, name = '']) {
      return {
        plain: `It asks DNS for the short name “${name}”. busybox’s nslookup asks every search domain and fails if one of them answers NXDOMAIN: it never succeeds, not even when the Service exists.`,
        rule: `Ask for the full name: ${name}.default.svc.cluster.local (Service, namespace, svc, cluster domain). Below the editor the repair is offered.`,
        link: LINKS.dns,
      };
    },
  },
  {
    line: /(?::(\d+)\b.*)?Address (?:already )?in use/,
    explain: ([, port], { ports }) => ({
      plain: `${listener(ports, port)} listens on that port already, so this one cannot.`,
      rule: 'All containers of a Pod share one network namespace: one address, one set of ports. The first to bind a port has it.',
      link: LINKS.networking,
    }),
  },
  {
    line: /(?:Could not resolve host: |bad address ')([^\s']+)/,
    explain: ([, name = '']) => ({
      plain: `DNS does not know “${name}”: no Service of that name exists here, and the lab has no internet to ask.`,
      rule: 'A Service is found by its name within its namespace, by name.namespace from others.',
      link: LINKS.dns,
    }),
  },
  {
    line: /(?:[Cc]onnect(?:ing)? to|remote host \(|cache |server )\(?([\w.-]+)[^\n]*Connection refused/,
    passes: true,
    explain: ([, host = '']) => ({
      plain: `The address of ${host} answers, but nobody listens on that port right now.`,
      rule: 'That a Service exists, and that DNS knows it, says nothing about its Pods: it passes connections on to ready Pods only, and refuses them when there are none.',
      link: LINKS.service,
    }),
  },
];

function listener(ports: PodPicture['ports'], port: string | undefined): string {
  const holder = ports?.find((one) => String(one.port) === port);
  return holder
    ? `${holder.program}, in the container ${holder.container},`
    : 'Another process of this Pod';
}

/** What the newest log lines of a pod's unfinished containers give away; the first container's wins. */
export function observe(
  pod: PodPicture,
  logs: readonly LogRow[],
  only?: string,
): Observation | undefined {
  const key = `${pod.namespace}/${pod.name}`;
  for (const { name, state, reason } of pod.containers) {
    const done = state === 'terminated' && reason === 'Completed';
    if (done || (only !== undefined && only !== name)) continue;
    for (const [age, row] of newest(logs, key, name).entries()) {
      for (const { line, passes, explain } of PATTERNS) {
        const match = passes && age > 0 ? null : line.exec(row.text);
        if (match) {
          const source = `${name} logged`;
          return { container: name, source, line: row.text, ...explain(match, pod) };
        }
      }
    }
  }
  return undefined;
}

function newest(logs: readonly LogRow[], pod: string, container: string): LogRow[] {
  const found: LogRow[] = [];
  // A long log of others is not searched to its beginning on every frame.
  const last = Math.max(0, logs.length - 2000);
  for (let i = logs.length - 1; i >= last && found.length < LINES; i--) {
    const row = logs[i];
    if (row?.pod === pod && row.container === container) found.push(row);
  }
  return found;
}
