import type { ByteStream, PortConnection, RemoteCommand } from '../../api/client';
import type { Pod } from '../../api/types';

/** What of a container's log is wanted; which instance has been decided by the API server. */
export interface LogRequest {
  readonly container: string;
  /** `containerd://…`, the instance whose log it is. */
  readonly containerId: string;
  /** True: the instance is the one before the current one. */
  readonly previous: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
  /** Unix ms; lines before it are left out. */
  readonly sinceMs: number | undefined;
}

export interface ExecRequest {
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/**
 * A node's kubelet as the API server reaches it for logs, exec, attach and port-forward. Errors are thrown as `ApiError`,
 * with the text that the kubelet would send.
 */
export interface KubeletEndpoint {
  logs(pod: Pod, request: LogRequest): ByteStream;
  exec(pod: Pod, request: ExecRequest): RemoteCommand;
  attach(pod: Pod, request: Omit<ExecRequest, 'command'>): RemoteCommand;
  portForward(pod: Pod, port: number): PortConnection;
}
