import type { Lesson, Scenario, Situation } from '../../lessons/lesson';
import { isManifest, scenarioInputs } from '../../lessons/scenario-inputs';
import type { Run } from '../session/messages';
import { newRun, openEmptyLab, openLab } from '../store/lab';
import { notify, openFiles, progressOf, recordProgress, update, usePage } from '../store/store';
import { openInstead } from './open-work';

/** Opens a lesson with its files: a question running and broken, others on an empty cluster. */
export function openLesson(lesson: Lesson): void {
  const name = lesson.kind === 'question' ? `“${lesson.title}”` : lesson.title;
  void openInstead(name, async () => {
    const files = Object.entries(lesson.files)
      .map(([path, text]) => ({ path, text }))
      .sort((a, b) => place(a.path) - place(b.path));
    openFiles(files, undefined);
    update({ lessonId: lesson.id, lessonPaneOpen: true, narrowTab: 'lesson' });
    // What is solved is looked at again from its beginning.
    const { step, solved } = progressOf(usePage.getState(), lesson.id);
    recordProgress(lesson.id, { step: solved ? 0 : step });
    if (lesson.situation) openSituation(lesson.files, lesson.situation);
    else openEmptyLab();
  });
}

/** In the editor the pod comes first, then other manifests, then what is not applied. */
function place(path: string): number {
  if (path === 'pod.yaml') return 0;
  return isManifest(path) ? 1 : 2;
}

function openSituation(files: Lesson['files'], { scenario, pod }: Situation): void {
  const at = scenario.seconds * 1000;
  const { speed } = usePage.getState();
  update({ selectedPod: pod, subject: undefined });
  openLab({ run: scenarioRun(scenario, files, files), at, horizon: at, playing: true, speed });
}

const FRAGMENT = '#lesson=';

/** The address that opens a lesson for anybody. */
export function lessonAddress({ id }: Lesson): string {
  return `${location.origin}${location.pathname}${FRAGMENT}${id}`;
}

/** Opens the lesson that the address names, once: what is done there must survive a reload. */
export function openFromAddress(lessons: readonly Lesson[]): void {
  if (!location.hash.startsWith(FRAGMENT)) return;
  const wanted = decodeURIComponent(location.hash.slice(FRAGMENT.length));
  history.replaceState(null, '', location.pathname + location.search);
  const lesson = lessons.find(({ id }) => id === wanted || id.endsWith(`/${wanted}`));
  if (lesson) openLesson(lesson);
  else notify({ tone: 'bad', text: `There is no lesson “${wanted}”.` });
}

/** Replays a grader's scenario with an answer in the lab, so that one can see why a check failed. */
export function watchScenario(
  scenario: Scenario,
  answer: Readonly<Record<string, string>>,
  given: Lesson['files'],
): void {
  openLab({
    run: scenarioRun(scenario, answer, given),
    at: 0,
    horizon: 0,
    playing: true,
    speed: usePage.getState().speed,
  });
}

/** The run that the grader watches. */
export function scenarioRun(
  scenario: Scenario,
  answer: Readonly<Record<string, string>>,
  given: Lesson['files'],
): Run {
  return { ...newRun(), seed: scenario.seed, inputs: scenarioInputs(scenario, answer, given) };
}
