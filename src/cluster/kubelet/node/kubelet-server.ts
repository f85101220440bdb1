import type { ByteStream, PortConnection, RemoteCommand } from '../../../api/client';
import { internalError } from '../../../api/status';
import type { Pod } from '../../../api/types';
import { toBytes } from '../../../runtime/bytes';
import { CriError, type RuntimeService } from '../../../runtime/cri';
import type { ExecRequest, KubeletEndpoint, LogRequest } from '../../apiserver/kubelet-endpoint';
import { LogStream } from './log-stream';

/** The kubelet's own API: logs, exec and attach. Models pkg/kubelet/server/server.go. */
export function createKubeletServer(runtime: RuntimeService): KubeletEndpoint {
  return {
    logs(_pod: Pod, request: LogRequest): ByteStream {
      const log = runtime.containerLog(bareId(request.containerId));
      return log ? new LogStream(log, request) : missingLog(request.containerId);
    },
    exec(pod: Pod, request: ExecRequest): RemoteCommand {
      const id = runningContainer(runtime, pod, request.container);
      const argv = request.command.map(toBytes);
      try {
        return runtime.exec(id, argv, { stdin: request.stdin, tty: request.tty });
      } catch (error) {
        if (!(error instanceof CriError)) throw error;
        throw internalError(
          `Internal error occurred: error executing command in container: ${error.message}`,
        );
      }
    },
    attach(pod: Pod, request: Omit<ExecRequest, 'command'>): RemoteCommand {
      const id = runningContainer(runtime, pod, request.container);
      return runtime.attach(id, { stdin: request.stdin, tty: request.tty });
    },
    portForward(pod: Pod, port: number): PortConnection {
      const sandbox = runtime.listSandboxes(pod.metadata.uid)[0];
      if (sandbox?.state !== 'ready') {
        throw internalError(`unable to upgrade connection: pod does not exist`);
      }
      return runtime.portForward(sandbox.id, port);
    },
  };
}

/** The newest instance of a container, if it runs. */
function runningContainer(runtime: RuntimeService, pod: Pod, name: string): string {
  const newest = runtime
    .listContainers(pod.metadata.uid)
    .find((container) => container.name === name);
  if (newest?.state !== 'running') {
    throw internalError(`unable to upgrade connection: container not found ("${name}")`);
  }
  return newest.id;
}

function bareId(containerId: string): string {
  return containerId.replace(/^containerd:\/\//, '');
}

/** What the kubelet writes in place of a log that the runtime no longer has. */
function missingLog(containerId: string): ByteStream {
  let text: string | undefined = `unable to retrieve container logs for ${containerId}`;
  return {
    take() {
      const taken = text;
      text = undefined;
      return taken;
    },
    get closed() {
      return text === undefined;
    },
    changed: () => () => {},
    close() {
      text = undefined;
    },
  };
}
