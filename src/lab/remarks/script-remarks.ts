import { parseImageReference } from '../../runtime/cri/image-reference';
import { type ContainerText, containersOf, type Finding, type PodText, scriptOf } from './remark';

/** `nslookup NAME` with a name without a dot. */
const SHORT_NAME = /\bnslookup[ \t]+([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)(?![-.\w])/g;

/** What scripts of busybox' kind do otherwise than people expect. */
export function remarkOnScripts(pod: PodText): Finding[] {
  return containersOf(pod).flatMap((one) => [
    ...shortNames(one, pod.namespace),
    ...waitsForExistence(one),
    ...ignoredFailures(one),
  ]);
}

function shortNames(one: ContainerText, namespace: string): Finding[] {
  if (!hasBusybox(one.container.image ?? '')) return [];
  const names = [...scriptOf(one).matchAll(SHORT_NAME)].map(([, name = '']) => name);
  const [first] = names;
  if (first === undefined) return [];
  const full = (name: string) => `${name}.${namespace}.svc.cluster.local`;
  return [
    {
      path: commandPath(one),
      message: `${one.container.name} asks for the short name ${[...new Set(names)].join(', ')}. busybox’s nslookup asks every search domain and fails if one of them says NXDOMAIN: this never succeeds, not even when the Service exists. The full name is ${full(first)}.`,
      repair: {
        label: 'Use full names',
        apply: (document) =>
          document.replace(SHORT_NAME, (_, name: string) => `nslookup ${full(name)}`),
      },
    },
  ];
}

/** Whether an image's nslookup is busybox'. */
function hasBusybox(image: string): boolean {
  const { repository = '', tag = '' } = parseImageReference(image) ?? {};
  return /\/(busybox|alpine)$/.test(repository) || /\balpine\b/.test(tag);
}

function waitsForExistence(one: ContainerText): Finding[] {
  if (!one.isInit || !/\b(until|while)\b[\s\S]*\bnslookup\b/.test(scriptOf(one))) return [];
  return [
    {
      path: commandPath(one),
      message: `${one.container.name} waits until a name exists, not until anything works: DNS answers for a Service from the moment it is created, with or without ready Pods behind it. Asking the service itself (nc -z NAME PORT) waits for more.`,
    },
  ];
}

/** Downloads in a row: only the last one's failure counts. */
function ignoredFailures(one: ContainerText): Finding[] {
  const script = scriptOf(one);
  const downloads = script.match(/^[ \t]*(?:\S*sh -c )?(?:curl|wget)\b.*$/gm) ?? [];
  if (!one.isInit || downloads.length < 2 || /\bset -\w*e|&&|\|\|/.test(script)) return [];
  return [
    {
      path: commandPath(one),
      message: `A script’s exit code is its last command’s: ${one.container.name} counts as successful even if only its last download works. With “set -e” in front, the first failure ends it.`,
    },
  ];
}

function commandPath({ container, path }: ContainerText): string {
  return `${path}.${container.command ? 'command' : 'args'}`;
}
