import { describe, expect, it } from 'vitest';
import { determinismProblems } from '../scripts/architecture/determinism.ts';
import { cyclesIn, importsOf, specifiersOf, workersOf } from '../scripts/architecture/imports.ts';
import { readSources } from '../scripts/architecture/read-sources.ts';
import { roomProblems } from '../scripts/architecture/rooms.ts';
import { shapeProblems } from '../scripts/architecture/shape.ts';

const made = (files: Record<string, string>) => new Map(Object.entries(files));

describe('the sources', () => {
  const sources = readSources(process.cwd());
  const imports = importsOf(sources);

  it('import only what their room may', () => {
    expect(sources.size).toBeGreaterThan(5);
    expect(roomProblems(imports)).toEqual([]);
  });

  it('have no import cycles, not even of types', () => {
    expect(cyclesIn(sources, imports)).toEqual([]);
  });

  it('keep to the rules of shape', () => {
    expect(shapeProblems(sources)).toEqual([]);
  });

  it('use no real time, chance or promises below the page', () => {
    expect(determinismProblems(sources)).toEqual([]);
  });
});

describe('specifiersOf', () => {
  it('finds every kind of import', () => {
    const text = `
      import a from './a';
      import type { B } from './b';
      export * from './c';
      export { d } from './d';
      type E = import('./e').E;
      const f = () => import('./f');
      const g = new Worker(new URL('./g.ts', import.meta.url));
    `;
    const found = specifiersOf('src/x.ts', text);
    expect(found).toEqual(['./a', './b', './c', './d', './e', './f']);
    expect(workersOf('src/x.ts', text)).toEqual(['./g.ts']);
  });

  it('does not look into comments and strings', () => {
    const text = `// import x from './a'\nconst s = "import('./b')"; /* export * from './c' */`;
    expect(specifiersOf('src/x.ts', text)).toEqual([]);
  });
});

describe('roomProblems', () => {
  const problemsOf = (files: Record<string, string>) => roomProblems(importsOf(made(files)));

  it('keeps what is for tests out of the product', () => {
    const problems = problemsOf({
      'src/shell/test-script.ts': "import '../runtime/a';",
      'src/runtime/a.ts': '',
      'src/shell/a.test.ts': "import './test-script';",
      'src/shell/b.ts': "import './test-script';",
    });
    expect(problems).toEqual([
      'src/shell/b.ts imports src/shell/test-script.ts, which is for tests',
    ]);
  });

  it('refuses a lower room that imports a higher one, even a type', () => {
    const problems = problemsOf({
      'src/kernel/a.ts': "import type { S } from '../runtime/b';",
      'src/runtime/b.ts': "import '../kernel/a';",
    });
    expect(problems).toEqual([
      'src/kernel/a.ts imports src/runtime/b.ts: kernel may import nothing',
    ]);
  });

  it('lets a program see the system calls, and nothing else of the runtime', () => {
    const files = {
      'src/shell/a.ts': "import '../runtime/syscalls';",
      'src/shell/b.ts': "import '../runtime/vfs/node';",
      'src/runtime/syscalls.ts': '',
      'src/runtime/vfs/node.ts': '',
    };
    expect(problemsOf(files)).toHaveLength(1);
  });

  it('keeps the composition root to lessons, the page and the entries', () => {
    const files = {
      'src/simulator.ts': '',
      'src/cluster/a.ts': "import '../simulator';",
      'src/lessons/b.ts': "import '../simulator';",
      'src/ui/C.tsx': "import '../simulator';",
      'src/cli.ts': "import './simulator';",
    };
    expect(problemsOf(files).map((problem) => problem.split(' ')[0])).toEqual(['src/cluster/a.ts']);
  });

  it('refuses unknown rooms, missing files and packages where they do not belong', () => {
    const problems = problemsOf({
      'src/elsewhere/a.ts': "import './b';",
      'src/api/c.ts': "import './missing'; import 'react'; import 'node:fs';",
      'src/kernel/d.ts': "import 'xstate';",
      'src/ui/e.ts': "import '../../scripts/x';",
    });
    expect(problems).toHaveLength(6);
  });
});

describe('cyclesIn', () => {
  it('finds a circle of three and leaves a diamond alone', () => {
    const sources = made({
      'src/api/a.ts': "import './b'; import './d';",
      'src/api/b.ts': "import type { C } from './c';",
      'src/api/c.ts': "import './a';",
      'src/api/d.ts': "import './e';",
      'src/api/e.ts': '',
    });
    const cycles = cyclesIn(sources, importsOf(sources));
    expect(cycles).toEqual([['src/api/a.ts', 'src/api/b.ts', 'src/api/c.ts']]);
  });

  it('does not take starting a worker for an import', () => {
    const sources = made({
      'src/worker.ts': "import './ui/host';",
      'src/ui/host.ts': "new Worker(new URL('../worker.ts', import.meta.url));",
    });
    expect(cyclesIn(sources, importsOf(sources))).toEqual([]);
  });
});

describe('shapeProblems', () => {
  it('refuses barrels, leftovers drawers, depth, length and odd names', () => {
    const problems = shapeProblems(
      made({
        'src/api/index.ts': '',
        'src/api/utils/a.ts': '',
        'src/api/a/b/c.ts': '',
        'src/cluster/kubelet/machines/fine.ts': '',
        'src/api/long.ts': '\n'.repeat(900),
        'src/api/someName.ts': '',
        'src/api/fine-name.ts': '',
        'src/ui/PodCard.tsx': '',
      }),
    );
    expect(problems).toHaveLength(5);
  });
});

describe('determinismProblems', () => {
  const problemsIn = (text: string, file = 'src/kernel/a.ts') =>
    determinismProblems(made({ [file]: text }));

  it.each([
    'Date.now();',
    'new Date();',
    'Date();',
    'Math.random();',
    'setTimeout(f, 1);',
    'const later = setInterval;',
    'globalThis.setTimeout(f);',
    'queueMicrotask(f);',
    'async function f() {}',
    'const f = async () => 1;',
    'class A { async f() {} }',
    'let p: Promise<void>;',
    'Promise.resolve();',
    'performance.now();',
    'crypto.randomUUID();',
    'new Date(0).getHours();',
    "'a'.localeCompare('b');",
  ])('refuses %s', (text) => {
    expect(problemsIn(text)).toHaveLength(1);
  });

  it.each([
    'new Date(0).toISOString();',
    '// setTimeout(f)',
    "const s = 'Math.random()';",
    'const clock = { setTimeout: (f: () => void) => f() };',
    'clock.setTimeout(f);',
    'interface Clock { setTimeout(f: () => void): void }',
    'date.getUTCHours();',
  ])('allows %s', (text) => {
    expect(problemsIn(text)).toEqual([]);
  });

  it('says where, and what to use instead', () => {
    expect(problemsIn('\nMath.random();')[0]).toMatch(
      /^src\/kernel\/a\.ts:2 Math\.random: use .*seed/,
    );
  });

  it('leaves the page and tests alone', () => {
    expect(problemsIn('Date.now();', 'src/ui/a.ts')).toEqual([]);
    expect(problemsIn('Date.now();', 'src/kernel/a.test.ts')).toEqual([]);
  });
});
