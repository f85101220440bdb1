import type { Bytes } from '../bytes';
import { type ContainerSecurity, CriError } from '../cri';
import type { FileNode } from '../vfs/node';
import { readFileAt } from '../vfs/tree';

/** Who a container's first process runs as. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, ascending. */
  readonly groups: readonly number[];
  readonly home: Bytes;
}

interface PasswdEntry {
  readonly name: Bytes;
  readonly uid: number;
  readonly gid: number;
  readonly home: Bytes;
}

/**
 * Works out user, groups and home folder from the securityContext, the image's USER and the image's own
 * /etc/passwd and /etc/group. Models containerd pkg/oci/spec_opts.go (WithUser, WithAdditionalGIDs).
 */
export function containerUser(
  root: FileNode,
  imageUser: string | undefined,
  security: ContainerSecurity | undefined,
): ContainerUser {
  const passwd = parsePasswd(readFileAt(root, '/etc/passwd') ?? '');
  // The CRI passes on only the user of an image's `user:group`.
  const wanted = security?.uid ?? imageUser?.split(':')[0] ?? '0';
  const byNumber = /^\d+$/.test(String(wanted));
  const entry = byNumber
    ? passwd.find(({ uid }) => uid === Number(wanted))
    : passwd.find(({ name }) => name === wanted);
  if (!entry && !byNumber) {
    throw new CriError(
      'Unknown',
      'failed to create containerd container: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount: no users found',
    );
  }
  const gid = security?.gid ?? entry?.gid ?? 0;
  const groups = new Set<number>([gid, ...(security?.supplementalGroups ?? [])]);
  const group = readFileAt(root, '/etc/group') ?? '';
  if (entry) for (const id of groupsOf(group, entry.name)) groups.add(id);
  return {
    uid: entry?.uid ?? Number(wanted),
    gid,
    groups: [...groups].sort((a, b) => a - b),
    home: entry?.home ?? '/',
  };
}

function parsePasswd(text: Bytes): PasswdEntry[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home: home ?? '/' }];
  });
}

function groupsOf(text: Bytes, user: Bytes): number[] {
  return text.split('\n').flatMap((line) => {
    const [, , gid, members] = line.split(':');
    return members?.split(',').includes(user) === true ? [Number(gid)] : [];
  });
}
