import * as Comlink from 'comlink';
import { statecharts } from './lab/statecharts';
import type { Lesson } from './lessons/lesson';
import { createSimulator } from './simulator';
import { LabSession } from './ui/session/lab-session';
import { workerHost } from './ui/session/worker-host';
import type { DrawnChart } from './ui/statechart/chart';
import { type FutureOutcome, type FutureRequest, runFuture } from './ui/what-if/run-future';

/** What runs in a worker: a lab, or a grader's simulations. */
class PageWorker extends LabSession {
  async grade(lesson: Lesson, answer: Readonly<Record<string, string>>) {
    const { gradeAnswer } = await import('./lessons/grade');
    return gradeAnswer(lesson, answer);
  }

  /** Lives a future of a run beside the lab. */
  explore(request: FutureRequest, onProgress: (share: number) => void): Promise<FutureOutcome> {
    return runFuture(createSimulator, request, workerHost(), (share) => void onProgress(share));
  }
}

/** Placing what a chart shows takes tens of milliseconds: too long for the thread that the page is drawn by. */
async function drawnStatecharts(): Promise<Readonly<Record<string, DrawnChart>>> {
  const { drawCharts } = await import('./ui/statechart/chart-layout');
  return drawCharts(statecharts());
}

Comlink.expose(new PageWorker(createSimulator, workerHost(), drawnStatecharts));
