import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';

export interface User {
  readonly name: Bytes;
  readonly uid: number;
  readonly gid: number;
  readonly home: Bytes;
  readonly shell: Bytes;
}

export interface Group {
  readonly name: Bytes;
  readonly gid: number;
  readonly members: readonly Bytes[];
}

/** The user and group database: /etc/passwd and /etc/group as they stand at the time of reading. */
export class Accounts {
  readonly users: readonly User[];
  readonly groups: readonly Group[];

  constructor(passwd: Bytes, group: Bytes) {
    this.users = passwd.split('\n').flatMap((line) => {
      const [name, , uid, gid, , home, shell] = line.split(':');
      if (name === undefined || uid === undefined || !/^[0-9]+$/.test(uid)) return [];
      return [
        { name, uid: Number(uid), gid: Number(gid ?? 0), home: home ?? '', shell: shell ?? '' },
      ];
    });
    this.groups = group.split('\n').flatMap((line) => {
      const [name, , gid, members] = line.split(':');
      if (name === undefined || gid === undefined || !/^[0-9]+$/.test(gid)) return [];
      return [{ name, gid: Number(gid), members: members ? members.split(',') : [] }];
    });
  }

  user(name: Bytes): User | undefined {
    return this.users.find((user) => user.name === name);
  }

  userById(uid: number): User | undefined {
    return this.users.find((user) => user.uid === uid);
  }

  group(name: Bytes): Group | undefined {
    return this.groups.find((group) => group.name === name);
  }

  groupById(gid: number): Group | undefined {
    return this.groups.find((group) => group.gid === gid);
  }

  /** Groups that list a user as a member, and the login group, in the order of initgroups(3). */
  groupsOf(user: User): number[] {
    const listed = this.groups.filter((group) => group.members.includes(user.name));
    return [...new Set([user.gid, ...listed.map((group) => group.gid)])];
  }
}

/** Reads the database; files that cannot be read count as empty. */
export function* readAccounts(sys: Sys): Call<Accounts> {
  return new Accounts(
    yield* readSmallFile(sys, '/etc/passwd'),
    yield* readSmallFile(sys, '/etc/group'),
  );
}

/** The content of a configuration file, '' if it cannot be read. At most 1 MiB of it. */
export function* readSmallFile(sys: Sys, path: Bytes): Call<Bytes> {
  let fd: number | undefined;
  try {
    fd = yield* sys.open(path, { read: true });
    let text = '';
    for (let part = 'x'; part !== '' && text.length < 1048576; ) {
      part = yield* sys.read(fd, 65536);
      text += part;
    }
    return text;
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  } finally {
    if (fd !== undefined) sys.close(fd);
  }
}
