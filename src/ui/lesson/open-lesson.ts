import type { Lesson, Scenario } from '../../lessons/lesson';
import type { Run } from '../session/messages';
import { newRun, openEmptyLab, openLab } from '../store/lab';
import { openFiles, progressOf, recordProgress, update, usePage } from '../store/store';
import { openInstead } from './open-work';

/** Opens a lesson with its files on an empty cluster; the learner applies. */
export function openLesson(lesson: Lesson): void {
  void openInstead(lesson.title, async () => {
    const files = Object.entries(lesson.files).map(([path, text]) => ({ path, text }));
    openFiles(files, undefined);
    update({ lessonId: lesson.id, lessonPaneOpen: true, narrowTab: 'lesson' });
    recordProgress(lesson.id, progressOf(usePage.getState(), lesson.id));
    openEmptyLab();
  });
}

/** Replays a grader's scenario with an answer in the lab, so that one can see why a check failed. */
export function watchScenario(scenario: Scenario, answer: Readonly<Record<string, string>>): void {
  openLab({
    run: scenarioRun(scenario, answer),
    at: 0,
    horizon: 0,
    playing: true,
    speed: usePage.getState().speed,
  });
}

/** The run that the grader watches. */
export function scenarioRun(scenario: Scenario, answer: Readonly<Record<string, string>>): Run {
  const applied = Object.entries(answer)
    .filter(([path]) => /\.(ya?ml|json)$/.test(path))
    .map(([, text]) => ({ t: 0, op: 'apply' as const, args: [text] }));
  const steps = scenario.steps.map((step) => {
    const t = Math.round(step.at * 1000);
    if (step.kind === 'run') return { t, op: 'sh' as const, args: [step.command] };
    if (step.kind === 'apply') return { t, op: 'apply' as const, args: [step.manifests] };
    return { t, op: 'inject' as const, args: [step.fault] };
  });
  return { ...newRun(), seed: scenario.seed, inputs: [...applied, ...steps] };
}
