import type { KubeObject, PodSpec } from '../../api/types';

/** A rule's find, before its place in the text is known. */
export interface Finding {
  /** Field that it is about, as the API server writes paths: `spec.containers[0].image`. */
  readonly path: string;
  readonly message: string;
  /** Which item of the lab's limitations it is about, by its id. */
  readonly limitation?: string;
  readonly repair?: Repair;
}

/** How a text can be put right. */
export interface Repair {
  readonly label: string;
  /** The document's text, changed. */
  apply(document: string): string;
}

/** A pod's spec, wherever in an object it stands. */
export interface PodText {
  readonly spec: PodSpec;
  /** `spec`, `spec.template.spec` … */
  readonly path: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** It is to end some day. */
  readonly isJob: boolean;
}

export interface ContainerText {
  readonly container: NonNullable<PodSpec['containers']>[number];
  readonly path: string;
  readonly isInit: boolean;
}

/** Objects that a document can refer to: those of the cluster, and those of the same text. */
export interface Surroundings {
  exists(kind: string, namespace: string, name: string): boolean;
  /** Labels of pods that run or would be made. */
  podLabels(namespace: string): readonly Readonly<Record<string, string>>[];
}

interface Template {
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly spec?: PodSpec;
}

interface Workload {
  readonly spec?: {
    readonly template?: Template;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Template } };
  };
}

/** The pod that an object describes, if it describes one. */
export function podTextOf(object: KubeObject): PodText | undefined {
  const namespace = object.metadata.namespace ?? 'default';
  if (object.kind === 'Pod') {
    const { spec, metadata } = object as KubeObject & Template;
    return spec && { spec, path: 'spec', namespace, labels: metadata?.labels ?? {}, isJob: false };
  }
  const { spec } = object as Workload;
  const isNested = spec?.jobTemplate !== undefined;
  const template = isNested ? spec?.jobTemplate?.spec?.template : spec?.template;
  if (!template?.spec?.containers) return undefined;
  const path = isNested ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec';
  const isJob = isNested || object.kind === 'Job';
  return { spec: template.spec, path, namespace, labels: template.metadata?.labels ?? {}, isJob };
}

/** All containers of a pod, init containers first, in the order of the text. */
export function containersOf({ spec, path }: PodText): readonly ContainerText[] {
  return [
    ...(spec.initContainers ?? []).map((container, i) => ({
      container,
      path: `${path}.initContainers[${i}]`,
      isInit: container.restartPolicy !== 'Always',
    })),
    ...spec.containers.map((container, i) => ({
      container,
      path: `${path}.containers[${i}]`,
      isInit: false,
    })),
  ];
}

/** What a container runs, as one text. */
export function scriptOf({ container }: ContainerText): string {
  return [...(container.command ?? []), ...(container.args ?? [])].join(' ');
}
