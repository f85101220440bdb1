/** A run is a value: replaying it gives the same trace byte for byte, in Node and in every browser. */
export interface Run {
  readonly seed: number;
  /** RFC 3339. */
  readonly epoch: string;
  readonly options: SimulatorOptions;
  readonly inputs: readonly RunInput[];
}

export interface SimulatorOptions {
  readonly seed?: number;
  /** RFC 3339; default 2026-01-01T00:00:00Z. */
  readonly epoch?: string;
  /** Number of nodes; default 1. */
  readonly nodes?: number;
  /** The kubelets' --max-pods; default 110. A node has 253 pod addresses. */
  readonly maxPods?: number;
  /** False: store and API server only. */
  readonly controlPlane?: boolean;
  /** 'none': pulls and starts take no time (benchmarks). Default 'typical'. */
  readonly latency?: 'typical' | 'none';
  /** Images that every node has from the start, as if pulled before. */
  readonly pulledImages?: readonly string[];
}

/** Something that came from outside, at a virtual instant. */
export interface RunInput {
  readonly t: number;
  readonly op: 'apply' | 'load' | 'sh' | 'inject' | 'terminal' | 'resize' | 'file' | 'edit';
  readonly args: readonly unknown[];
}

/** Pods as namespace/name. */
export type Fault =
  | {
      readonly do: 'signal';
      readonly pod: string;
      readonly container: string;
      readonly signal: string;
      readonly pid?: number;
    }
  | {
      readonly do: 'exit';
      readonly pod: string;
      readonly container: string;
      readonly exitCode: number;
    }
  | { readonly do: 'lose sandbox'; readonly pod: string }
  | {
      readonly do: 'remove containers';
      readonly pod: string;
      readonly which?: 'exited init' | 'all';
    }
  | {
      readonly do: 'kubelet';
      readonly node?: string;
      readonly action: 'stop' | 'start' | 'restart';
    }
  /**
   * Reboot: whatever runs on the node ends, it is away for half a minute, then kubelet and pods come up again.
   * Cut off: neither the control plane nor other hosts reach the node; what runs on it goes on.
   */
  | { readonly do: 'reboot node' | 'cut off node' | 'rejoin node'; readonly node?: string }
  /**
   * Dns: name servers do not answer; with a host, they fail for that name alone. Network: packets that leave a
   * pod or the workstation are lost; with a host, those to and from it: a pod as namespace/name, a node, the
   * DNS name of a Service or of a host outside, an address.
   */
  | { readonly do: 'dns' | 'network'; readonly fail: boolean; readonly host?: string }
  /** Each instance that starts from now on does nothing for so long; 0 ends that. */
  | {
      readonly do: 'slow start';
      readonly pod: string;
      readonly container: string;
      readonly seconds: number;
    }
  /** Into a volume of the pod, or into a container's own writable layer; 0 bytes take it away again. */
  | {
      readonly do: 'fill volume';
      readonly pod: string;
      readonly volume?: string;
      readonly container?: string;
      readonly bytes: number;
    }
  /** The container's first process holds so much more; without a container, that of the first one. */
  | {
      readonly do: 'leak memory';
      readonly pod: string;
      readonly container?: string;
      readonly bytes: number;
    }
  /** The containers behind a Service's ports end with exit code 1, all at once; the Service as namespace/name. */
  | { readonly do: 'stop backend'; readonly service: string }
  | {
      readonly do: 'image';
      readonly image: string;
      readonly fail?: string;
      readonly seconds?: number;
    };

export interface ApplyResult {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly action: 'created' | 'configured' | 'unchanged';
}

export interface ShOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Path in the working folder → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Virtual ms; default 10 minutes. */
  readonly timeoutMs?: number;
}

export interface ShResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly filesAfter: Readonly<Record<string, string>>;
}
