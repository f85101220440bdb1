import type { Sources } from './imports.ts';

const LONGEST_FILE = 800;
/** Folders below src: room and group. The parts of the control plane have groups of their own. */
const DEEPEST = 2;
const DEEPEST_BELOW_CLUSTER = 3;
const BANNED_FOLDERS = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'shared',
  'core',
  'misc',
  'lib',
]);

/** Files that are too long, too deep, or named so that they say nothing. */
export function shapeProblems(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const folders = file.split('/').slice(1, -1);
    const name = file.split('/').at(-1) ?? '';
    const lines = text.split('\n').length;
    const problems: string[] = [];
    if (lines > LONGEST_FILE)
      problems.push(`${file} has ${lines} lines; ${LONGEST_FILE} is the most`);
    const deepest = folders[0] === 'cluster' ? DEEPEST_BELOW_CLUSTER : DEEPEST;
    if (folders.length > deepest) {
      problems.push(`${file} lies more than ${deepest} folders below src`);
    }
    if (/^index\.tsx?$/.test(name))
      problems.push(`${file} is a barrel: import from the files themselves`);
    for (const folder of folders.filter((part) => BANNED_FOLDERS.has(part))) {
      problems.push(`${file}: the folder name "${folder}" says nothing; name what is in it`);
    }
    const pattern = name.endsWith('.tsx')
      ? /^([A-Z][A-Za-z0-9]*|[a-z0-9-]+)(\.test)?\.tsx$/
      : /^[a-z0-9-]+(\.test|\.worker|\.d)?\.ts$/;
    if (!pattern.test(name))
      problems.push(`${file}: name it in kebab-case (a component in PascalCase.tsx)`);
    return problems;
  });
}
