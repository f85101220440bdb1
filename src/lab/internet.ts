import { INTERNET_HOSTS, type InternetHost } from '../images/internet/hosts';
import type { Kernel } from '../kernel/kernel';
import type { ImageModel } from '../runtime/image';
import { Namespace } from '../runtime/net/namespace';
import type { Network } from '../runtime/net/network';
import { Machine } from '../runtime/process/machine';
import { spawnInit } from '../runtime/process/spawn';
import { ALL_CAPABILITIES } from '../runtime/vfs/credentials';
import { imageLayer } from '../runtime/vfs/layer';
import { MountNamespace } from '../runtime/vfs/mounts';
import { CaptureFile } from './capture-file';

const SERVER_PATH = '/bin/server';

/**
 * The few hosts outside of the cluster that the lab knows. A host comes to life when its name is asked for
 * the first time: most runs never look outside.
 */
export class Internet {
  readonly #kernel: Kernel;
  readonly #network: Network;
  readonly #running = new Set<string>();

  constructor(kernel: Kernel, network: Network) {
    this.#kernel = kernel;
    this.#network = network;
  }

  /** The address of a name, undefined if it does not exist. */
  lookUp(name: string): string | undefined {
    const host = INTERNET_HOSTS.find(({ names }) => names.includes(name));
    if (!host) return undefined;
    if (!this.#running.has(host.ip)) this.#start(host);
    return host.ip;
  }

  #start(host: InternetHost): void {
    this.#running.add(host.ip);
    const [name = ''] = host.names;
    const kernel = this.#kernel;
    const machine = new Machine({ kernel, name });
    const model: ImageModel = {
      repositories: [`podlab/${name}`],
      sizeBytes: 0,
      modelled: 'lab',
      about: `${name} on the lab's internet.`,
      files: () =>
        new Map([[SERVER_PATH, { kind: 'program', program: host.program(kernel.epochMs) }]]),
    };
    const files = machine.createRoot(imageLayer(model, kernel.epochMs));
    spawnInit(machine, {
      mounts: new MountNamespace(files.root),
      cwd: '/',
      argv: [SERVER_PATH],
      env: [['PATH', '/bin']],
      uid: 0,
      gid: 0,
      groups: [0],
      capabilities: ALL_CAPABILITIES,
      namespace: machine.createPidNamespace(),
      cgroup: machine.createCgroup(),
      net: new Namespace(this.#network, host.ip),
      host: { hostname: name },
      actor: {},
      stdin: new CaptureFile(''),
      stdout: new CaptureFile(),
      stderr: new CaptureFile(),
    });
  }
}
