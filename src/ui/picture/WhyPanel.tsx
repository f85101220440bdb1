import { ChevronDown, ChevronRight, SquareTerminal } from 'lucide-react';
import type { PodPicture } from '../../lab/picture';
import { explainCondition } from '../explain/condition-reasons';
import { explainContainer } from '../explain/container-reasons';
import type { Explanation } from '../explain/explanation';
import { type Observation, observe } from '../explain/observations';
import { explainPod } from '../explain/pod-reasons';
import { observeMounts, observeRestarts } from '../explain/state-observations';
import { objectKey } from '../session/messages';
import { update, usePage } from '../store/store';
import { mostUrgent } from './status-look';

/**
 * Why the chosen thing is as it is: kubectl's words, a plain sentence, the rule behind it. Until something is
 * chosen it is one sentence about what stands out.
 */
export function WhyPanel({ pod }: { readonly pod: PodPicture }) {
  const chosen = usePage((state) => state.subject);
  const restartPolicy = usePage((state) => restartPolicyOf(state.objects, pod));
  // The logs grow in place: their version tells that there may be something new to notice.
  usePage((state) => state.traceVersion);
  const { logs, records } = usePage((state) => state.index);
  const givenAway = observe(pod, logs)?.container;
  const subject = resolve(pod, chosen, givenAway);
  const telling = observe(pod, logs, containerOf(subject)) ?? observeMounts(pod, records);
  const noticed = telling ?? observeRestarts(pod, containerOf(subject));
  const isOpen = subject === chosen;
  const explanation = explain(pod, subject, restartPolicy);
  const name = subject === 'pod' ? pod.name : subject.replace(/^\w+ /, '');
  return (
    <section className="why" aria-label="Why">
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => update({ subject: isOpen ? undefined : subject })}
        >
          {isOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
          Why is {name} so?
        </button>
        {!isOpen && <span className="in-short">{telling?.plain ?? explanation.plain}</span>}
      </h3>
      {isOpen && <Layers explanation={explanation} />}
      {isOpen && noticed && <Noticed observation={noticed} />}
    </section>
  );
}

function Layers({ explanation }: { readonly explanation: Explanation }) {
  const { words, plain, rule, link, command } = explanation;
  return (
    <dl>
      <dt>kubectl</dt>
      <dd className="mono words">
        {words}
        {command && <CommandButton command={command} />}
      </dd>
      <dt>Plainly</dt>
      <dd>{plain}</dd>
      <dt>Rule</dt>
      <dd className="soft">
        {rule}{' '}
        <a href={link.href} target="_blank" rel="noreferrer">
          {link.text}
        </a>
      </dd>
    </dl>
  );
}

/** What is given away elsewhere, beside what the state says. */
function Noticed({ observation }: { readonly observation: Observation }) {
  const { source, line, plain, rule, link } = observation;
  return (
    <dl>
      <dt>{source}</dt>
      <dd className="mono words">{line}</dd>
      <dt>Plainly</dt>
      <dd>{plain}</dd>
      <dt>Rule</dt>
      <dd className="soft">
        {rule}{' '}
        <a href={link.href} target="_blank" rel="noreferrer">
          {link.text}
        </a>
      </dd>
    </dl>
  );
}

function containerOf(subject: string): string | undefined {
  return subject.startsWith('container ') ? subject.slice('container '.length) : undefined;
}

/**
 * The subject to explain: the chosen one if the pod has it, else a container whose log gives something away,
 * else what stands out, else the pod.
 */
function resolve(
  pod: PodPicture,
  chosen: string | undefined,
  givenAway: string | undefined,
): string {
  if (chosen !== undefined) {
    const isThere =
      chosen === 'pod' ||
      pod.containers.some(({ name }) => chosen === `container ${name}`) ||
      pod.conditions.some(({ type }) => chosen === `condition ${type}`);
    if (isThere) return chosen;
  }
  if (givenAway !== undefined) return `container ${givenAway}`;
  const urgent = mostUrgent(pod.containers);
  return urgent ? `container ${urgent.name}` : 'pod';
}

function explain(pod: PodPicture, subject: string, restartPolicy: string): Explanation {
  const container = pod.containers.find(({ name }) => subject === `container ${name}`);
  if (container) {
    const others = pod.containers.filter((one) => one !== container && one.state === 'running');
    const { name, namespace } = pod;
    return explainContainer({
      container,
      pod: name,
      namespace,
      restartPolicy,
      running: others.length,
    });
  }
  const condition = pod.conditions.find(({ type }) => subject === `condition ${type}`);
  return condition ? explainCondition(condition, pod) : explainPod(pod);
}

function restartPolicyOf(
  objects: ReturnType<typeof usePage.getState>['objects'],
  { namespace, name }: PodPicture,
): string {
  const key = objectKey({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } });
  const object = objects.get(key) as { spec?: { restartPolicy?: string } } | undefined;
  return object?.spec?.restartPolicy ?? 'Always';
}

function CommandButton({ command }: { readonly command: string }) {
  return (
    <button
      type="button"
      className="command mono"
      title="Run this in the terminal"
      onClick={() =>
        update({ outputTab: 'terminal', narrowTab: 'output', pendingCommand: `${command}\r` })
      }
    >
      <SquareTerminal size={13} />
      {command}
    </button>
  );
}
