import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { OpenFile } from '../open-file';
import type { Credentials } from '../vfs/credentials';
import { PlacedHandle } from '../vfs/file-handle';
import { FileSystem, type FileSystemOptions } from '../vfs/file-system';
import { fixedDirectory, GeneratedDirectory, GeneratedLink, TextFile } from '../vfs/generated';
import type { Place } from '../vfs/mounts';
import type { FileNode, NodeOwner } from '../vfs/node';
import type { PathContext } from '../vfs/resolve';
import * as texts from './proc-texts';
import type { Process } from './process';

/** Inode numbers of /proc begin here (PROC_DYNAMIC_FIRST). */
const FIRST_INODE = 4_026_531_840;

/** A file system of type proc. Models fs/proc. */
export function procFileSystem(
  view: texts.ProcView,
  options: Pick<FileSystemOptions, 'device' | 'now'>,
): FileSystem {
  return new FileSystem({
    ...options,
    madeUpFrom: FIRST_INODE,
    type: 'proc',
    source: 'proc',
    makeRoot: (owner) => new ProcRoot(owner, view),
  });
}

/**
 * Who may look into a process: those of the same user with at least its capabilities, and those with
 * CAP_SYS_PTRACE. EACCES for all others. Models kernel/ptrace.c ptrace_may_access.
 */
function mayInspect(who: Credentials, process: Process): void {
  const other = process.credentials;
  if (who === other || who.capabilities.has('SYS_PTRACE')) return;
  const sameUser = who.uid === other.uid && who.gid === other.gid;
  const covers = [...other.capabilities].every((name) => who.capabilities.has(name));
  if (!sameUser || !covers) fail('EACCES');
}

class ProcRoot extends GeneratedDirectory {
  constructor(owner: NodeOwner, view: texts.ProcView) {
    const { machine, namespace } = view;
    const text = (make: () => Bytes) => () => new TextFile(owner, make);
    const link = (target: Bytes) => () => new GeneratedLink(owner, () => target);
    const fixed: Readonly<Record<string, () => FileNode>> = {
      cpuinfo: text(() => texts.cpuinfo(machine)),
      filesystems: text(() => 'nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n'),
      loadavg: text(() => texts.loadavg(view)),
      meminfo: text(() => texts.meminfo(machine)),
      mounts: link('self/mounts'),
      net: link('self/net'),
      self: () => new GeneratedLink(owner, (context) => selfPid(view, context)),
      stat: text(() => texts.machineStat(view)),
      sys: () => sysctl(owner, view),
      uptime: text(() => texts.uptime(machine)),
      version: text(() => `${texts.LINUX_VERSION}\n`),
    };
    super(owner, {
      list: () => [...[...namespace.processes.keys()].map(String), ...Object.keys(fixed)],
      make: (name) => {
        if (Object.hasOwn(fixed, name)) return fixed[name]?.();
        const process = /^[1-9]\d*$/.test(name) ? namespace.processes.get(Number(name)) : undefined;
        return process && processDirectory(owner, view, process);
      },
    });
  }
}

function selfPid(view: texts.ProcView, context: PathContext): Bytes {
  return view.namespace.processes.has(context.pid) ? String(context.pid) : fail('ENOENT');
}

function processDirectory(owner: NodeOwner, view: texts.ProcView, process: Process): FileNode {
  const { uid, gid } = process;
  const text = (make: () => Bytes) => () => new TextFile(owner, make, { uid, gid });
  const place = (path: () => Bytes, at: () => Place) => () =>
    new GeneratedLink(
      owner,
      (context) => {
        mayInspect(context.credentials, process);
        return path();
      },
      (context) => {
        mayInspect(context.credentials, process);
        return at();
      },
    );
  const { mountTable } = process;
  const environ = () => [...process.env].map(([name, value]) => `${name}=${value}\0`).join('');
  const entries: Readonly<Record<string, () => FileNode>> = {
    cgroup: text(() => '0::/\n'),
    cmdline: text(() =>
      process
        .describe()
        .argv.map((argument) => `${argument}\0`)
        .join(''),
    ),
    comm: text(() => `${process.name}\n`),
    cwd: place(
      () => process.cwd,
      () => process.workingDirectory,
    ),
    environ: () =>
      new TextFile(owner, environ, {
        mode: 0o400,
        uid,
        gid,
        guard: (who) => mayInspect(who, process),
      }),
    exe: () => new GeneratedLink(owner, () => process.executable || fail('ENOENT')),
    fd: () => descriptorDirectory(owner, process),
    limits: text(() => texts.limits()),
    mounts: text(() => texts.mounts(process)),
    net: () => netDirectory(owner, view),
    oom_score: text(() => `${texts.oomScore(process)}\n`),
    oom_score_adj: text(() => `${process.around.cgroup.limits.oomScoreAdj ?? 0}\n`),
    root: place(
      () => mountTable.pathOf(process.root.mount, process.root.node),
      () => process.root,
    ),
    stat: text(() => texts.statLine(view, process)),
    statm: text(() => texts.statm(process)),
    status: text(() => texts.status(process)),
  };
  const directory = fixedDirectory(owner, entries);
  directory.uid = process.uid;
  directory.gid = process.gid;
  return directory;
}

function descriptorDirectory(owner: NodeOwner, process: Process): FileNode {
  return new GeneratedDirectory(owner, {
    mode: 0o500,
    uid: process.uid,
    gid: process.gid,
    list: () => process.table.numbers().map(String),
    make: (name) => {
      const description = /^\d+$/.test(name) ? process.table.find(Number(name)) : undefined;
      if (!description) return undefined;
      const { file } = description;
      const check = (context: PathContext) => {
        if (context.pid !== process.pid) mayInspect(context.credentials, process);
      };
      return new GeneratedLink(
        owner,
        (context) => {
          check(context);
          return file.path ?? unnamed(file);
        },
        (context) => {
          check(context);
          return file instanceof PlacedHandle && file.node.type === 'directory'
            ? { mount: file.mount, node: file.node }
            : description;
        },
      );
    },
  });
}

// /proc/sys and /proc/net ----------------------------------------------------------------------------

function sysctl(owner: NodeOwner, view: texts.ProcView): FileNode {
  const text = (make: () => Bytes) => () => new TextFile(owner, make, { mode: 0o444 });
  const zero = text(() => '0\n');
  const interfaceSettings = () =>
    fixedDirectory(owner, { forwarding: zero, log_martians: zero, rp_filter: zero });
  const of = (name: string) => [name, interfaceSettings] as const;
  return fixedDirectory(owner, {
    kernel: () =>
      fixedDirectory(owner, {
        hostname: text(() => `${view.host.hostname}\n`),
        osrelease: text(() => `${texts.LINUX_RELEASE}\n`),
        ostype: text(() => 'Linux\n'),
        pid_max: text(() => '4194304\n'),
      }),
    net: () =>
      fixedDirectory(owner, {
        ipv4: () =>
          fixedDirectory(owner, {
            ip_unprivileged_port_start: text(() => '0\n'),
            ip_forward: text(() => '0\n'),
            conf: () => fixedDirectory(owner, Object.fromEntries(INTERFACES.map(of))),
          }),
        core: () => fixedDirectory(owner, { somaxconn: text(() => '4096\n') }),
      }),
    vm: () =>
      fixedDirectory(owner, {
        max_map_count: text(() => '262144\n'),
        overcommit_memory: text(() => '1\n'),
      }),
  });
}

/** What `net.ipv4.conf` has settings for. */
const INTERFACES = ['all', 'default', 'eth0', 'lo'];

function netDirectory(owner: NodeOwner, view: texts.ProcView): FileNode {
  const text = (make: () => Bytes) => () => new TextFile(owner, make);
  return fixedDirectory(owner, {
    dev: text(() => texts.netDevices(view.net)),
    tcp: text(() => texts.tcpTable(view.net)),
    tcp6: text(() => '  sl  local_address                         remote_address\n'),
  });
}

/** What the link of a file without a name says. */
function unnamed(file: OpenFile): Bytes {
  const { type, inode } = file.stat();
  return `${type === 'fifo' ? 'pipe' : type === 'socket' ? 'socket' : 'anon_inode'}:[${inode}]`;
}
