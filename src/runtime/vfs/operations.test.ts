import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../bytes';
import { fail } from '../errno';
import type { ImageFile } from '../image';
import {
  changeMode,
  changeOwner,
  changeTimes,
  checkAccess,
  listDirectory,
  makeDirectory,
  makeHardLink,
  makeSymlink,
  readLink,
  removeDirectory,
  removeFile,
  renamePath,
  statPath,
} from './operations';
import { layerOf, outcome, read, testTree, write } from './test-tree';

/** The simplest thing that could be a file system: what the real one is held against. */
type Model = Map<string, Model> | { content: string };

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function at(root: Model, names: readonly string[]): Model | undefined {
  let node: Model | undefined = root;
  for (const name of names) {
    if (!(node instanceof Map)) return node ? fail('ENOTDIR') : fail('ENOENT');
    node = node.get(name);
  }
  return node;
}

function parent(root: Model, path: string): [Map<string, Model>, string] {
  const names = parts(path);
  const name = names.pop() ?? '';
  const directory = at(root, names);
  if (!directory) fail('ENOENT');
  if (!(directory instanceof Map)) fail('ENOTDIR');
  return [directory, name];
}

function contains(model: Model, other: Model): boolean {
  if (model === other) return true;
  return model instanceof Map && [...model.values()].some((child) => contains(child, other));
}

const modelled = {
  mkdir(root: Model, path: string) {
    const [directory, name] = parent(root, path);
    if (directory.has(name)) fail('EEXIST');
    directory.set(name, new Map());
  },
  write(root: Model, path: string, text: string, append: boolean) {
    const [directory, name] = parent(root, path);
    const node = directory.get(name);
    if (node instanceof Map) fail('EISDIR');
    if (node) node.content = append ? node.content + text : text;
    else directory.set(name, { content: text });
  },
  unlink(root: Model, path: string) {
    const [directory, name] = parent(root, path);
    const node = directory.get(name) ?? fail('ENOENT');
    if (node instanceof Map) fail('EISDIR');
    directory.delete(name);
  },
  rmdir(root: Model, path: string) {
    const [directory, name] = parent(root, path);
    const node = directory.get(name) ?? fail('ENOENT');
    if (!(node instanceof Map)) fail('ENOTDIR');
    if (node.size > 0) fail('ENOTEMPTY');
    directory.delete(name);
  },
  link(root: Model, from: string, to: string) {
    const node = at(root, parts(from)) ?? fail('ENOENT');
    const [directory, name] = parent(root, to);
    if (directory.has(name)) fail('EEXIST');
    if (node instanceof Map) fail('EPERM');
    directory.set(name, node);
  },
  rename(root: Model, from: string, to: string) {
    const [source, oldName] = parent(root, from);
    const [target, newName] = parent(root, to);
    const node = source.get(oldName) ?? fail('ENOENT');
    const old = target.get(newName);
    if (node instanceof Map && contains(node, target)) fail('EINVAL');
    if (old instanceof Map && contains(old, source)) fail('ENOTEMPTY');
    if (old && node instanceof Map && !(old instanceof Map)) fail('ENOTDIR');
    if (!(node instanceof Map) && old instanceof Map) fail('EISDIR');
    if (old === node) return;
    if (old instanceof Map && old.size > 0) fail('ENOTEMPTY');
    source.delete(oldName);
    target.set(newName, node);
  },
};

/** Everything below a model directory as path → contents. */
function listing(model: Model, prefix = ''): Record<string, string> {
  if (!(model instanceof Map)) return { [prefix]: model.content };
  const all: Record<string, string> = { [`${prefix}/`]: '' };
  for (const [name, child] of model) Object.assign(all, listing(child, `${prefix}/${name}`));
  return all;
}

const IMAGE: Readonly<Record<string, ImageFile>> = {
  '/a/b/f': { kind: 'file', content: 'from the image' },
  '/a/g': { kind: 'file', content: 'shared' },
  '/c': { kind: 'hardlink', to: '/a/g' },
};

function imageModel(): Model {
  const shared = { content: 'shared' };
  const b = new Map<string, Model>([['f', { content: 'from the image' }]]);
  return new Map<string, Model>([
    [
      'a',
      new Map<string, Model>([
        ['b', b],
        ['g', shared],
      ]),
    ],
    ['c', shared],
  ]);
}

const path = fc
  .array(fc.constantFrom('a', 'b', 'c', 'f', 'g'), { minLength: 1, maxLength: 3 })
  .map((names) => `/${names.join('/')}`);

const step = fc.oneof(
  fc.record({ do: fc.constant('mkdir' as const), path }),
  fc.record({
    do: fc.constant('write' as const),
    path,
    text: fc.string({ unit: 'binary-ascii', maxLength: 5 }),
    append: fc.boolean(),
  }),
  fc.record({ do: fc.constant('unlink' as const), path }),
  fc.record({ do: fc.constant('rmdir' as const), path }),
  fc.record({ do: fc.constant('link' as const), path, to: path }),
  fc.record({ do: fc.constant('rename' as const), path, to: path }),
);

describe('the tree', () => {
  it('does what a simple model does, over an image and without changing the image', () => {
    const layer = layerOf(IMAGE);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const tree = testTree({ layer });
        const root = tree.as(0);
        const model = imageModel();
        for (const one of steps) {
          const [real, expected] = perform(one, root, model);
          expect(`${JSON.stringify(one)}: ${real}`).toBe(`${JSON.stringify(one)}: ${expected}`);
        }
        expect(contents(root)).toEqual(listing(model));
        expect(contents(testTree({ layer }).as(0))).toEqual(listing(imageModel()));
      }),
      { numRuns: 300 },
    );
  });
});

type Root = ReturnType<ReturnType<typeof testTree>['as']>;
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function perform(one: Step, root: Root, model: Model): [string, string] {
  switch (one.do) {
    case 'mkdir':
      return [
        outcome(() => makeDirectory(root, one.path, 0o755)),
        outcome(() => modelled.mkdir(model, one.path)),
      ];
    case 'write':
      return [
        outcome(() => write(root, one.path, one.text, one.append)),
        outcome(() => modelled.write(model, one.path, one.text, one.append)),
      ];
    case 'unlink':
      return [
        outcome(() => removeFile(root, one.path)),
        outcome(() => modelled.unlink(model, one.path)),
      ];
    case 'rmdir':
      return [
        outcome(() => removeDirectory(root, one.path)),
        outcome(() => modelled.rmdir(model, one.path)),
      ];
    case 'link':
      return [
        outcome(() => makeHardLink(root, one.path, one.to)),
        outcome(() => modelled.link(model, one.path, one.to)),
      ];
    case 'rename':
      return [
        outcome(() => renamePath(root, one.path, one.to)),
        outcome(() => modelled.rename(model, one.path, one.to)),
      ];
  }
}

function contents(root: Root, directory = ''): Record<string, string> {
  const all: Record<string, string> = { [`${directory}/`]: '' };
  for (const name of listDirectory(root, directory || '/')) {
    const child = `${directory}/${name}`;
    if (statPath(root, child, false).type === 'directory')
      Object.assign(all, contents(root, child));
    else all[child] = read(root, child);
  }
  return all;
}

describe('links and sizes', () => {
  it('counts links of files and directories', () => {
    const tree = testTree({ files: IMAGE });
    const root = tree.as(0);
    expect(statPath(root, '/a', true).links).toBe(3);
    expect(statPath(root, '/c', true).links).toBe(2);
    expect(statPath(root, '/c', true).inode).toBe(statPath(root, '/a/g', true).inode);
    removeFile(root, '/a/g');
    expect(statPath(root, '/c', true).links).toBe(1);
    makeDirectory(root, '/a/new', 0o777);
    expect(statPath(root, '/a', true).links).toBe(4);
    expect(statPath(root, '/a/new', true).mode).toBe(0o755);
  });

  it('gives space back when the last name and the last open file are gone', () => {
    const tree = testTree({ capacityBytes: 10 });
    const root = tree.as(0);
    write(root, '/f', '1234567890');
    expect(outcome(() => write(root, '/g', 'x'))).toBe('ENOSPC');
    makeHardLink(root, '/f', '/h');
    removeFile(root, '/f');
    expect(tree.system.usedBytes).toBe(10);
    removeFile(root, '/h');
    expect(tree.system.usedBytes).toBe(0);
    write(root, '/g', 'x');
    expect(tree.system.usedBytes).toBe(1);
  });

  it('charges what is added to a file of the image, not what the image holds', () => {
    const tree = testTree({ files: IMAGE, capacityBytes: 100 });
    const root = tree.as(0);
    write(root, '/a/g', '++', true);
    expect(read(root, '/c')).toBe('shared++');
    expect(tree.system.usedBytes).toBe(2);
  });
});

describe('permissions', () => {
  const tree = () =>
    testTree({
      files: {
        '/private': { kind: 'directory', mode: 0o700, uid: 1000, gid: 1000 },
        '/private/f': { kind: 'file', content: 'x', mode: 0o600, uid: 1000 },
        '/shared': { kind: 'directory', mode: 0o2770, uid: 0, gid: 2000 },
        '/tmp': { kind: 'directory', mode: 0o1777 },
        '/tmp/of-1000': { kind: 'file', content: '', uid: 1000, mode: 0o666 },
        '/script': { kind: 'file', content: '', mode: 0o644 },
      },
    });

  it('lets in by owner, group and others, and root by capability', () => {
    const { as } = tree();
    expect(outcome(() => read(as(1000), '/private/f'))).toBe('ok');
    expect(outcome(() => read(as(1001), '/private/f'))).toBe('EACCES');
    expect(outcome(() => read(as(0), '/private/f'))).toBe('ok');
    expect(outcome(() => write(as(1000), '/new', ''))).toBe('EACCES');
    expect(outcome(() => write(as(1000, 1000, [2000]), '/shared/new', ''))).toBe('ok');
    expect(outcome(() => checkAccess(as(0), '/script', { execute: true }))).toBe('EACCES');
    const dropped = {
      ...as(0),
      credentials: { ...as(0).credentials, capabilities: new Set<never>() },
    };
    expect(outcome(() => read(dropped, '/private/f'))).toBe('EACCES');
  });

  it('gives files of a setgid directory its group', () => {
    const { as } = tree();
    write(as(0), '/shared/f', '');
    makeDirectory(as(0), '/shared/d', 0o777);
    expect(statPath(as(0), '/shared/f', true)).toMatchObject({ gid: 2000, mode: 0o644 });
    expect(statPath(as(0), '/shared/d', true)).toMatchObject({ gid: 2000, mode: 0o2755 });
  });

  it('keeps others from removing files of a sticky directory', () => {
    const { as } = tree();
    expect(outcome(() => removeFile(as(1001), '/tmp/of-1000'))).toBe('EPERM');
    expect(outcome(() => renamePath(as(1001), '/tmp/of-1000', '/tmp/x'))).toBe('EPERM');
    expect(outcome(() => removeFile(as(1000), '/tmp/of-1000'))).toBe('ok');
  });

  it('lets only owners change modes, and only root owners', () => {
    const { as } = tree();
    expect(outcome(() => changeMode(as(1001), '/tmp/of-1000', 0o600))).toBe('EPERM');
    expect(outcome(() => changeMode(as(1000), '/tmp/of-1000', 0o600))).toBe('ok');
    expect(outcome(() => changeOwner(as(1000), '/tmp/of-1000', 1001, undefined, false))).toBe(
      'EPERM',
    );
    expect(
      outcome(() => changeOwner(as(1000, 1000, [7]), '/tmp/of-1000', undefined, 7, false)),
    ).toBe('ok');
    expect(outcome(() => changeOwner(as(0), '/tmp/of-1000', 5, 6, false))).toBe('ok');
    expect(statPath(as(0), '/tmp/of-1000', true)).toMatchObject({ uid: 5, gid: 6, mode: 0o600 });
    expect(outcome(() => changeTimes(as(1000), '/script', 1, 2, false))).toBe('EPERM');
  });
});

describe('read-only mounts', () => {
  it('refuse every change with EROFS, and what exists before that', () => {
    const tree = testTree({ files: { '/ro': { kind: 'directory' } } });
    const volume = testTree({ files: { '/f': { kind: 'file', content: 'x' } } });
    const root = tree.as(0);
    const point = tree.system.root.get('ro');
    if (!point) throw new Error('no mount point');
    tree.mounts.mount({ mount: tree.mounts.root, node: point }, volume.system.root, {
      readOnly: true,
    });
    const calls: Record<string, () => unknown> = {
      mkdir: () => makeDirectory(root, '/ro/d', 0o755),
      'mkdir existing': () => makeDirectory(root, '/ro/f', 0o755),
      create: () => write(root, '/ro/new', ''),
      overwrite: () => write(root, '/ro/f', ''),
      unlink: () => removeFile(root, '/ro/f'),
      'unlink missing': () => removeFile(root, '/ro/none'),
      symlink: () => makeSymlink(root, 'x', '/ro/l'),
      chmod: () => changeMode(root, '/ro/f', 0),
      'rename out': () => renamePath(root, '/ro/f', '/f'),
      'rename within': () => renamePath(root, '/ro/f', '/ro/g'),
      access: () => checkAccess(root, '/ro/f', { write: true }),
      'remove mount point': () => removeDirectory(root, '/ro'),
      read: () => read(root, '/ro/f'),
    };
    const seen = Object.entries(calls).map(([name, call]) => `${name}: ${outcome(call)}`);
    expect(seen).toEqual([
      'mkdir: EROFS',
      'mkdir existing: EEXIST',
      'create: EROFS',
      'overwrite: EROFS',
      'unlink: EROFS',
      'unlink missing: EROFS',
      'symlink: EROFS',
      'chmod: EROFS',
      'rename out: EXDEV',
      'rename within: EROFS',
      'access: EROFS',
      'remove mount point: EBUSY',
      'read: ok',
    ]);
  });
});

describe('errors of odd names', () => {
  it('are those of Linux', () => {
    const tree = testTree({ files: { '/d/f': { kind: 'file', content: '' } } });
    const root = tree.as(0);
    const seen = (call: () => unknown): Bytes => outcome(call);
    expect(seen(() => removeFile(root, '/d'))).toBe('EISDIR');
    expect(seen(() => removeFile(root, '/d/f/'))).toBe('ENOTDIR');
    expect(seen(() => removeDirectory(root, '/d/.'))).toBe('EINVAL');
    expect(seen(() => removeDirectory(root, '/d/..'))).toBe('ENOTEMPTY');
    expect(seen(() => removeDirectory(root, '/'))).toBe('EBUSY');
    expect(seen(() => makeDirectory(root, '/d/..', 0o755))).toBe('EEXIST');
    expect(seen(() => makeDirectory(root, '/none/d', 0o755))).toBe('ENOENT');
    expect(seen(() => makeDirectory(root, '/d/f/d', 0o755))).toBe('ENOTDIR');
    expect(seen(() => makeDirectory(root, '/new/', 0o755))).toBe('ok');
    expect(seen(() => write(root, '/d/new/', ''))).toBe('EISDIR');
    expect(seen(() => renamePath(root, '/d', '/d/sub'))).toBe('EINVAL');
    expect(seen(() => renamePath(root, '/d/.', '/x'))).toBe('EBUSY');
    expect(seen(() => statPath(root, '', true))).toBe('ENOENT');
    expect(seen(() => statPath(root, `/${'x'.repeat(256)}`, true))).toBe('ENAMETOOLONG');
    expect(seen(() => statPath(root, '/d/f/', true))).toBe('ENOTDIR');
    expect(seen(() => makeSymlink(root, '', '/l'))).toBe('ENOENT');
  });
});

describe('symbolic links', () => {
  it('are followed, up to forty of them', () => {
    const tree = testTree({ files: { '/d/e/f': { kind: 'file', content: 'found' } } });
    const root = tree.as(0);
    makeSymlink(root, 'd/e', '/rel');
    makeSymlink(root, '/rel/../e/f', '/abs');
    makeSymlink(root, 'loop', '/loop');
    makeSymlink(root, 'missing', '/dangling');
    expect(read(root, '/abs')).toBe('found');
    expect(readLink(root, '/abs')).toBe('/rel/../e/f');
    expect(statPath(root, '/rel/', false).type).toBe('directory');
    expect(statPath(root, '/rel', false).type).toBe('symlink');
    expect(outcome(() => read(root, '/loop'))).toBe('ELOOP');
    expect(outcome(() => read(root, '/dangling'))).toBe('ENOENT');
    write(root, '/dangling', 'made');
    expect(read(root, '/missing')).toBe('made');
    expect(outcome(() => readLink(root, '/d'))).toBe('EINVAL');
    for (let i = 0; i < 42; i++) makeSymlink(root, i === 0 ? '/missing' : `/s${i - 1}`, `/s${i}`);
    expect(read(root, '/s39')).toBe('made');
    expect(outcome(() => read(root, '/s40'))).toBe('ELOOP');
  });
});
