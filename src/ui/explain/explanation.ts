/** Why a state is what it is, in three layers: kubectl's exact words, a plain sentence, the rule. */
export interface Explanation {
  /** What kubectl prints, word for word. */
  readonly words: string;
  readonly plain: string;
  readonly rule: string;
  readonly link: { readonly text: string; readonly href: string };
  /** The command that would have told the same on a real cluster. */
  readonly command?: string;
}

const DOCS = 'https://kubernetes.io/docs/';

export const LINKS = {
  lifecycle: {
    text: 'Pod lifecycle',
    href: `${DOCS}concepts/workloads/pods/pod-lifecycle/`,
  },
  phases: {
    text: 'Pod phase',
    href: `${DOCS}concepts/workloads/pods/pod-lifecycle/#pod-phase`,
  },
  states: {
    text: 'Container states',
    href: `${DOCS}concepts/workloads/pods/pod-lifecycle/#container-states`,
  },
  restarts: {
    text: 'How Pods handle problems with containers',
    href: `${DOCS}concepts/workloads/pods/pod-lifecycle/#container-restarts`,
  },
  policy: {
    text: 'Container restart policy',
    href: `${DOCS}concepts/workloads/pods/pod-lifecycle/#restart-policy`,
  },
  conditions: {
    text: 'Pod conditions',
    href: `${DOCS}concepts/workloads/pods/pod-lifecycle/#pod-conditions`,
  },
  termination: {
    text: 'Termination of Pods',
    href: `${DOCS}concepts/workloads/pods/pod-lifecycle/#pod-termination`,
  },
  init: {
    text: 'Init containers',
    href: `${DOCS}concepts/workloads/pods/init-containers/`,
  },
  sidecars: {
    text: 'Sidecar containers',
    href: `${DOCS}concepts/workloads/pods/sidecar-containers/`,
  },
  dns: {
    text: 'DNS for Services and Pods',
    href: `${DOCS}concepts/services-networking/dns-pod-service/`,
  },
  networking: {
    text: 'Pod networking',
    href: `${DOCS}concepts/workloads/pods/#pod-networking`,
  },
  images: { text: 'Images', href: `${DOCS}concepts/containers/images/` },
  pullPolicy: {
    text: 'Image pull policy',
    href: `${DOCS}concepts/containers/images/#image-pull-policy`,
  },
  imageBackoff: {
    text: 'ImagePullBackOff',
    href: `${DOCS}concepts/containers/images/#imagepullbackoff`,
  },
  probes: {
    text: 'Liveness, readiness and startup probes',
    href: `${DOCS}concepts/configuration/liveness-readiness-startup-probes/`,
  },
  hooks: {
    text: 'Container lifecycle hooks',
    href: `${DOCS}concepts/containers/container-lifecycle-hooks/`,
  },
  memory: {
    text: 'Exceeding a container’s memory limit',
    href: `${DOCS}tasks/configure-pod-container/assign-memory-resource/`,
  },
  command: {
    text: 'Define a command for a container',
    href: `${DOCS}tasks/inject-data-application/define-command-argument-container/`,
  },
  exitMessage: {
    text: 'Determine the reason for Pod failure',
    href: `${DOCS}tasks/debug/debug-application/determine-reason-pod-failure/`,
  },
  scheduling: {
    text: 'Assigning Pods to Nodes',
    href: `${DOCS}concepts/scheduling-eviction/assign-pod-node/`,
  },
  gates: {
    text: 'Pod scheduling readiness',
    href: `${DOCS}concepts/scheduling-eviction/pod-scheduling-readiness/`,
  },
  eviction: {
    text: 'Node-pressure eviction',
    href: `${DOCS}concepts/scheduling-eviction/node-pressure-eviction/`,
  },
  configMap: {
    text: 'Configure a Pod to use a ConfigMap',
    href: `${DOCS}tasks/configure-pod-container/configure-pod-configmap/`,
  },
  service: {
    text: 'Service',
    href: `${DOCS}concepts/services-networking/service/`,
  },
  volumes: { text: 'Volumes', href: `${DOCS}concepts/storage/volumes/` },
  debug: { text: 'Debug Pods', href: `${DOCS}tasks/debug/debug-application/debug-pods/` },
} as const satisfies Readonly<Record<string, Explanation['link']>>;
