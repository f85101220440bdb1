import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { readContainerCase } from './container-case.ts';
import { runInContainer } from './run-in-container.ts';

/** Tables shell, applets and wild: a script in one container of image busybox:1.37. */
export function containerScript(testCase: Case): Outcome {
  const { expect } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  const unknown = Object.keys(expect).filter(
    (key) => !['stdout', 'stderr', 'exitCode'].includes(key),
  );
  if (unknown.length > 0) throw new Error(`unknown expectation ${unknown.join(', ')}`);
  const actual = runInContainer(readContainerCase(testCase));
  return outcomeOf([
    textDifference('stdout', String(expect.stdout ?? ''), actual.stdout),
    textDifference('stderr', String(expect.stderr ?? ''), actual.stderr),
    textDifference('exit code', String(expect.exitCode ?? 0), String(actual.exitCode)),
  ]);
}
