import { parseAllDocuments, parse as parseYaml } from 'yaml';
import { type ZodType, z } from 'zod';
import type { Check, Lesson, Scenario, ScenarioStep, WrongAnswer } from './lesson';
import { checksSchema, frontMatterSchema } from './lesson-format';
import { LessonError, splitFrontMatter, splitSteps } from './markdown-blocks';
import { isManifest } from './scenario-inputs';

const podSchema = z.object({
  kind: z.literal('Pod'),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});

/** Seconds that an answer is watched where a lesson does not say. */
const DEFAULT_SECONDS = 60;

/**
 * Lessons from the files below `lessons/`: path (`01-a/02-b/lesson.md`, …) → text. Throws LessonError, which
 * names the file and what to change.
 */
export function parseLessons(files: Readonly<Record<string, string>>): Lesson[] {
  const ids = Object.keys(files)
    .filter((path) => path.endsWith('/lesson.md'))
    .map((path) => path.slice(0, -'/lesson.md'.length))
    .sort();
  return ids.map((id) => parseLesson(id, filesBelow(files, id)));
}

function parseLesson(id: string, files: Readonly<Record<string, string>>): Lesson {
  const where = `${id}/lesson.md`;
  const { matter, body } = splitFrontMatter(files['lesson.md'] ?? '', where);
  const front = read(frontMatterSchema, matter, where);
  const checksFile = `${id}/checks.yaml`;
  if (files['checks.yaml'] === undefined) throw new LessonError(checksFile, 'is missing');
  const { scenarios, situation, checks, wrong } = read(
    checksSchema,
    files['checks.yaml'],
    checksFile,
  );
  const all = Object.fromEntries(
    Object.entries({
      default: { seconds: DEFAULT_SECONDS, seed: 1, given: false, steps: [] },
      ...scenarios,
    }).map(([name, scenario]) => [name, buildScenario(name, scenario)]),
  );
  const lesson: Lesson = {
    id,
    chapter: chapterTitle(id),
    ...front,
    steps: splitSteps(body, where),
    files: filesBelow(files, 'files'),
    solution: filesBelow(files, 'solution'),
    wrong: wrongAnswers(files, wrong, checksFile),
    scenarios: all,
    checks,
    situation: situation && {
      scenario: buildScenario('the question', situation),
      pod: firstPod(filesBelow(files, 'files')),
      shows: situation.shows,
    },
  };
  verifyReferences(lesson, where, checksFile);
  if (lesson.kind === 'question') verifyQuestion(lesson, where, checksFile);
  return lesson;
}

function read<T>(schema: ZodType<T>, text: string, where: string): T {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    throw new LessonError(where, error instanceof Error ? error.message : String(error));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new LessonError(where, problems.join('; '));
}

function buildScenario(
  name: string,
  { seconds, seed, given, steps }: z.infer<typeof checksSchema>['scenarios'][string],
): Scenario {
  const built = steps.map(({ at, run, script, as, apply, inject }): ScenarioStep => {
    if (inject) return { at, kind: 'inject', fault: inject };
    if (apply !== undefined) return { at, kind: 'apply', manifests: apply };
    if (script !== undefined) return { at, kind: 'script', file: script, as: as ?? script };
    return { at, kind: 'run', command: run ?? '', as: as ?? '' };
  });
  return { name, seconds, seed, given, steps: built.sort((a, b) => a.at - b.at) };
}

/** The first pod that the manifests make themselves. */
function firstPod(files: Readonly<Record<string, string>>): string | undefined {
  const documents = Object.entries(files)
    .filter(([path]) => isManifest(path))
    .flatMap(([, text]) => parseAllDocuments(text).map((document): unknown => document.toJS()));
  const pod = documents.map((one) => podSchema.safeParse(one)).find(({ success }) => success)?.data;
  return pod && `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name}`;
}

function wrongAnswers(
  files: Readonly<Record<string, string>>,
  failsAt: Readonly<Record<string, string>>,
  where: string,
): WrongAnswer[] {
  const below = filesBelow(files, 'wrong');
  const names = [...new Set(Object.keys(below).map((path) => path.split('/')[0] ?? ''))].sort();
  for (const name of Object.keys(failsAt)) {
    if (!names.includes(name))
      throw new LessonError(where, `wrong.${name}: no folder wrong/${name}`);
  }
  return names.map((name) => {
    const check = failsAt[name];
    if (check === undefined)
      throw new LessonError(where, `wrong/${name} is not listed under "wrong"`);
    return { name, failsAt: check, files: filesBelow(below, name) };
  });
}

function verifyReferences(lesson: Lesson, where: string, checksFile: string): void {
  const ids = new Set(lesson.checks.map(({ id }: Check) => id));
  for (const { id, scenario } of lesson.checks) {
    if (!(scenario in lesson.scenarios)) {
      throw new LessonError(checksFile, `check ${id}: no scenario "${scenario}"`);
    }
  }
  for (const { name, failsAt } of lesson.wrong) {
    if (!ids.has(failsAt))
      throw new LessonError(checksFile, `wrong.${name}: no check "${failsAt}"`);
  }
  for (const block of lesson.steps.flatMap(({ blocks }) => blocks)) {
    if (block.kind !== 'task') continue;
    const unknown = block.checks.find((id) => !ids.has(id));
    if (unknown !== undefined)
      throw new LessonError(where, `a task names the unknown check "${unknown}"`);
  }
}

/** A question opens as a broken pod, has one diagnosis, a repair, a tempting wrong one, and is somebody's. */
function verifyQuestion(lesson: Lesson, where: string, checksFile: string): void {
  const blocks = lesson.steps.flatMap((step) => step.blocks);
  const diagnoses = blocks.filter(({ kind }) => kind === 'diagnose').length;
  if (diagnoses !== 1) throw new LessonError(where, 'a question has exactly one :::diagnose');
  if (!blocks.some(({ kind }) => kind === 'task'))
    throw new LessonError(where, 'a question has a :::task');
  if (lesson.sources.length === 0) throw new LessonError(where, 'a question names its sources');
  if (!lesson.situation) throw new LessonError(checksFile, 'a question has a situation');
  if (lesson.wrong.length === 0)
    throw new LessonError(checksFile, 'a question has a wrong answer that fails a check');
}

function filesBelow(
  files: Readonly<Record<string, string>>,
  folder: string,
): Record<string, string> {
  const prefix = `${folder}/`;
  return Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, text]) => [path.slice(prefix.length), text] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** `01-init-containers/…` → `Init containers`. */
function chapterTitle(id: string): string {
  const words = (id.split('/')[0] ?? '').replace(/^\d+-/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
