import type { Finding, PodText } from './remark';

/** Helpers beside a Job's work: the Job ends when the last of its containers does. */
export function remarkOnJobs(pod: PodText): Finding[] {
  const { containers } = pod.spec;
  if (!pod.isJob || containers.length < 2) return [];
  return [
    {
      path: `${pod.path}.containers[1].name`,
      message: `A Job’s Pod is done when all of its containers have ended: if ${containers[1]?.name} goes on for ever, so does the Job. A helper that is an init container with “restartPolicy: Always” is ended by Kubernetes when the work is done.`,
    },
  ];
}
