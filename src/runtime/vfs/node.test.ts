import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BYTES_PER_FILE } from '../bounds';
import type { Program } from '../syscalls';
import { type FileOperation, FileSystem } from './file-system';
import { programIn } from './layer';
import { RegularFile } from './node';
import { removeFile } from './operations';
import { layerOf, outcome, read, testTree, write } from './test-tree';
import { ensureDirectory, giveToGroup, putFile, readFileAt, walkTree } from './tree';

function emptyFile(): RegularFile {
  const system = new FileSystem({ device: 1, type: 'tmpfs', source: 'tmpfs', now: () => 0 });
  return new RegularFile(system, 0o644, 0, 0);
}

describe('a file', () => {
  it('holds what an array of bytes would hold', () => {
    const step = fc.oneof(
      fc.record({
        at: fc.nat(300),
        bytes: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 90 }),
      }),
      fc.record({ append: fc.string({ unit: 'binary-ascii', maxLength: 90 }) }),
      fc.record({ size: fc.nat(400) }),
      fc.record({ from: fc.nat(400), max: fc.nat(100) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const file = emptyFile();
        let model = '';
        for (const one of steps) {
          if ('at' in one) {
            file.write(one.at, one.bytes);
            const padded = model.padEnd(one.at, '\0');
            model = padded.slice(0, one.at) + one.bytes + padded.slice(one.at + one.bytes.length);
          } else if ('append' in one) {
            if (one.append !== '') file.write(file.size, one.append);
            model += one.append;
          } else if ('size' in one) {
            file.truncate(one.size);
            model = model.slice(0, one.size).padEnd(one.size, '\0');
          } else {
            expect(file.read(one.from, one.max)).toBe(model.slice(one.from, one.from + one.max));
          }
          expect(file.size).toBe(model.length);
        }
        expect(file.read(0, 100_000)).toBe(model);
      }),
    );
  });

  it('may be larger than the bound as long as the rest is a hole', () => {
    const file = emptyFile();
    file.truncate(12_345_678_901);
    expect(file.size).toBe(12_345_678_901);
    expect(file.read(5_000_000_000, 3)).toBe('\0\0\0');
  });

  it('stops at the bound with EFBIG and says so', () => {
    const limits: string[] = [];
    const system = new FileSystem({
      device: 1,
      type: 'ext4',
      source: '/dev/vda1',
      now: () => 0,
      onLimit: (bound, number) => limits.push(`${bound} ${number}`),
    });
    const file = new RegularFile(system, 0o644, 0, 0);
    const chunk = 'x'.repeat(BYTES_PER_FILE - 10);
    expect(file.write(0, chunk)).toBe(chunk.length);
    expect(file.write(chunk.length, 'y'.repeat(100))).toBe(10);
    expect(outcome(() => file.write(file.size, 'z'))).toBe('EFBIG');
    expect(limits).toContain(`bytes per file ${BYTES_PER_FILE}`);
  });

  it('that is a program stays one when its bytes are copied, not when they are changed', () => {
    const program: Program = function* (sys) {
      yield* sys.breathe();
      return 0;
    };
    const tree = testTree({
      layer: layerOf({ '/bin/tool': { kind: 'program', program, sizeBytes: 1000 } }),
    });
    const root = tree.as(0);
    write(root, '/copy', read(root, '/bin/tool'));
    const copy = tree.system.root.get('copy') as RegularFile;
    expect(copy.size).toBe(1000);
    expect(programIn(copy.content)).toBe(program);
    write(root, '/copy', '#!/bin/sh\n');
    expect(programIn(copy.content)).toBeUndefined();
  });
});

describe('a volume', () => {
  it('tells of files made, written (once a second) and removed', () => {
    const seen: string[] = [];
    const tree = testTree({
      volume: 'data',
      observer: ({ volume, path, operation, actor }) =>
        seen.push(`${volume} ${path} ${operation satisfies FileOperation} ${actor.container}`),
    });
    const root = tree.as(0);
    write(root, '/log', 'a', true);
    write(root, '/log', 'b', true);
    tree.clock.nowMs += 1000;
    write(root, '/log', 'c', true);
    write(root, '/log', 'd', true);
    removeFile(root, '/log');
    expect(seen).toEqual(['data /log create c', 'data /log write c', 'data /log remove c']);
  });

  it('looks the same whether its files were put there at once or at the first look', () => {
    const observed = (later: boolean, look: (system: FileSystem) => unknown) => {
      const { system, clock } = testTree();
      const fill = () => void putFile(system.root, 'app/token', 'secret', { mode: 0o400 });
      if (later) system.fillLater(fill);
      else fill();
      clock.nowMs += 5000;
      system.root.mode = 0o711;
      system.root.changedMs = clock.nowMs;
      return look(system);
    };
    const looks: ((system: FileSystem) => unknown)[] = [
      ({ root }) => root.stat(),
      ({ usedBytes }) => usedBytes,
      ({ root }) => walkTree(root).map(({ path, node }) => [path, node.stat()]),
      ({ root }) => readFileAt(root, 'app/token'),
      ({ root }) => putFile(root, 'mine', 'x').stat(),
    ];
    for (const look of looks) expect(observed(true, look)).toEqual(observed(false, look));
  });

  it('can be filled, walked and given to a group by the node', () => {
    const { system } = testTree();
    putFile(system.root, 'app/conf', 'x=1\n', { mode: 0o400 });
    ensureDirectory(system.root, 'app/empty', { mode: 0o777 });
    const old = system.root.get('app');
    putFile(system.root, 'app/conf', 'x=2\n', { mode: 0o400 });
    expect(readFileAt(system.root, 'app/conf')).toBe('x=2\n');
    expect(system.root.get('app')).toBe(old);
    expect(system.usedBytes).toBe(4);
    giveToGroup(system.root, 2000, false);
    expect(walkTree(system.root).map(({ path, node }) => [path, node.mode, node.gid])).toEqual([
      ['app', 0o2775, 2000],
      ['app/conf', 0o660, 2000],
      ['app/empty', 0o2777, 2000],
    ]);
  });
});
