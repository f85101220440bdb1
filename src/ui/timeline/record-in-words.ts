import { faultInWords } from '../faults/fault-in-words';
import type { TraceRecord } from '../session/messages';
import { seconds } from './lane-builder';

function say(...parts: readonly unknown[]): string {
  return parts
    .filter((part) => part !== undefined && part !== null && part !== '')
    .map(String)
    .join(' ');
}

const WORDS: Readonly<Record<string, (record: TraceRecord) => string>> = {
  'pod.scheduled': ({ node }) => say('assigned to', node),
  'pod.phase': ({ from, to }) => (from ? `phase ${from} → ${to}` : `phase ${to}`),
  'pod.deleted': () => 'deleted',
  'sandbox.created': ({ attempt, ip }) =>
    say('sandbox created', attempt ? `(no. ${Number(attempt) + 1})` : '', ip && `with IP ${ip}`),
  'sandbox.lost': () => 'sandbox lost',
  'image.pulling': ({ image }) => say('pulling', image),
  'image.pulled': ({ image }) => say('pulled', image),
  'image.failed': ({ image, reason }) => say('pull failed', image, reason),
  'container.created': ({ attempt }) => say('created', attempt ? `(restart ${attempt})` : ''),
  'container.started': ({ attempt }) => say('started', attempt ? `(restart ${attempt})` : ''),
  'container.exited': ({ exitCode, signal, reason }) =>
    say(`exited with code ${exitCode}`, reason && `(${reason})`, signal && `on signal ${signal}`),
  'container.ready': () => 'ready',
  'container.unready': () => 'not ready',
  'container.backoff': ({ delayMs }) => `back-off ${seconds(Number(delayMs))}`,
  probe: ({ probe, result, message }) => say(probe, 'probe:', result, message),
  'hook.started': ({ hook }) => say(hook, 'hook started'),
  'hook.finished': ({ hook, ok, message }) =>
    say(hook, 'hook', ok === false ? 'failed' : 'finished', message),
  event: ({ eventType, reason, message }) => say(eventType, reason, message),
  fault: faultInWords,
  'program.failed': ({ program, message }) => `the lab’s model of ${program} failed: ${message}`,
  limit: ({ bound, number }) => say('limit met:', bound, number),
};

/** A trace record as a person would say it. */
export function recordInWords(record: TraceRecord): string {
  return WORDS[record.type]?.(record) ?? record.type;
}
