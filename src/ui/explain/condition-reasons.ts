import type { PodPicture } from '../../lab/picture';
import { type Explanation, LINKS } from './explanation';

type Condition = PodPicture['conditions'][number];

const MEANING: Readonly<Record<string, { readonly yes: string; readonly no: string }>> = {
  PodScheduled: {
    yes: 'The scheduler has given the Pod a node.',
    no: 'No node has been found for the Pod.',
  },
  PodReadyToStartContainers: {
    yes: 'The Pod’s sandbox exists: it has its network and its address, and containers can be started in it.',
    no: 'There is no working sandbox, so no container can be started.',
  },
  Initialized: {
    yes: 'All init containers have finished.',
    no: 'At least one init container has not finished.',
  },
  ContainersReady: {
    yes: 'Every container of the Pod is ready.',
    no: 'At least one container is not ready.',
  },
  Ready: {
    yes: 'The Pod can take requests, and Services send it traffic.',
    no: 'Services send the Pod no traffic, not even to its healthy containers.',
  },
};

export function explainCondition(condition: Condition, pod: PodPicture): Explanation {
  const { type, status, reason, message } = condition;
  const meaning = MEANING[type];
  const isTrue = status === 'True';
  const because = [reason, message].filter(Boolean).join(': ');
  const n = pod.namespace === 'default' ? '' : ` -n ${pod.namespace}`;
  return {
    words: `${type}: ${status}${because ? `, ${because}` : ''}`,
    plain: meaning
      ? meaning[isTrue ? 'yes' : 'no']
      : 'This condition was set by something that Podlab adds no words to.',
    rule:
      type === 'Ready'
        ? 'A Pod is Ready when all its containers are ready and all its readiness gates are True.'
        : 'Conditions are the checkpoints that a Pod passes; each is True, False or Unknown.',
    link: type === 'PodScheduled' && !isTrue ? LINKS.scheduling : LINKS.conditions,
    command: `kubectl describe pod ${pod.name}${n}`,
  };
}
