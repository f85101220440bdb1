import { describe, expect, it } from 'vitest';
import { replay } from '../simulator';
import { gradeAnswer } from './grade';
import type { Check, Lesson, Scenario, ScenarioStep } from './lesson';
import { playScenario } from './play-scenario';
import { proveLesson } from './prove-lesson';
import { scenarioInputs } from './scenario-inputs';

const POD = `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
  - name: app
    image: busybox:1.37
    command: ['sh', '-c', 'echo hello; sleep 3600']
`;

function scenario(steps: readonly ScenarioStep[], change: Partial<Scenario> = {}): Scenario {
  return { name: 'default', seed: 1, seconds: 20, given: false, steps, ...change };
}

function ask(expression: string, of: Scenario, answer: Record<string, string>, given = answer) {
  const played = playScenario(of, answer, given, () => {});
  return 'refusal' in played ? played.refusal : played.environment.evaluate(expression);
}

describe('playScenario', () => {
  it('keeps what commands wrote and how they ended', () => {
    const steps: ScenarioStep[] = [
      { at: 8, kind: 'run', command: 'kubectl logs web', as: 'logs' },
      { at: 9, kind: 'run', command: 'kubectl logs nobody', as: 'missing' },
    ];
    const answer = { 'pod.yaml': POD };
    expect(
      ask('output("logs") == "hello\\n" && exitCode("logs") == 0', scenario(steps), answer),
    ).toBe(true);
    expect(
      ask(
        'output("missing").contains("not found") && exitCode("missing") == 1',
        scenario(steps),
        answer,
      ),
    ).toBe(true);
    expect(ask('output("never") == "" && exitCode("never") == -1', scenario(steps), answer)).toBe(
      true,
    );
  });

  it('runs the scripts of an answer, with its files beside them', () => {
    const steps: ScenarioStep[] = [{ at: 8, kind: 'script', file: 'command.sh', as: 'command.sh' }];
    const answer = { 'pod.yaml': POD, 'command.sh': 'cat note.txt pod.yaml', 'note.txt': ' hi \n' };
    const expression =
      'output("command.sh").startsWith(" hi") && output("command.sh").contains("kind: Pod") && answer("note.txt") == "hi"';
    expect(ask(expression, scenario(steps), answer)).toBe(true);
  });

  it('applies the manifests as given where the scenario says so', () => {
    const given = { 'pod.yaml': POD };
    const answer = { 'pod.yaml': POD.replace('name: web', 'name: other') };
    expect(ask('"web" in pods', scenario([], { given: true }), answer, given)).toBe(true);
    expect(ask('"web" in pods', scenario([]), answer, given)).toBe(false);
  });

  it('says why a step cannot be done', () => {
    const fault = { do: 'signal', pod: 'default/web', container: 'no', signal: 'KILL' } as const;
    const problem = ask('true', scenario([{ at: 5, kind: 'inject', fault }]), { 'pod.yaml': POD });
    expect(problem).toMatch(/^At 5 s: .*"no".*"default\/web"/);
  });

  it('plays what the page replays', () => {
    const steps: ScenarioStep[] = [
      { at: 4, kind: 'run', command: 'kubectl get pods', as: 'pods' },
      {
        at: 6,
        kind: 'inject',
        fault: { do: 'exit', pod: 'default/web', container: 'app', exitCode: 3 },
      },
      { at: 9, kind: 'apply', manifests: POD.replace('name: web', 'name: second') },
    ];
    const answer = { 'pod.yaml': POD };
    const inputs = scenarioInputs(scenario(steps), answer, answer);
    const run = { seed: 1, epoch: '2026-01-01T00:00:00Z', options: {}, inputs };
    const { trace } = replay(run, 20_000);
    expect(trace.some(({ type }) => type === 'container.exited')).toBe(true);
    expect(ask(`size(trace) == ${trace.length}`, scenario(steps), answer)).toBe(true);
  });
});

describe('proveLesson', () => {
  const check = (change: Partial<Check>): Check => ({
    id: 'runs',
    title: 'runs',
    scenario: 'default',
    when: 'end',
    from: 0,
    expect: 'ready("web")',
    points: 1,
    hint: 'none',
    ...change,
  });
  const broken = POD.replace('sleep 3600', 'exit 1');
  const lesson: Lesson = {
    id: 'x/y',
    chapter: 'X',
    kind: 'lesson',
    domain: 'design',
    sources: [],
    title: 'One',
    summary: 'A lesson.',
    minutes: 5,
    steps: [],
    files: { 'pod.yaml': broken },
    solution: { 'pod.yaml': POD },
    wrong: [{ name: 'bad', failsAt: 'runs', files: { 'pod.yaml': broken } }],
    scenarios: { default: scenario([]) },
    checks: [check({})],
    situation: { scenario: scenario([]), pod: undefined, shows: 'restarts("web", "app") > 0' },
  };

  it('finds nothing in a sound lesson', () => {
    expect(proveLesson(lesson)).toEqual([]);
    expect(gradeAnswer(lesson, lesson.solution)).toMatchObject({ passed: true, points: 1 });
  });

  it('finds a solution that fails, a wrong answer that passes, a situation that does not show', () => {
    const problems = proveLesson({
      ...lesson,
      solution: { 'pod.yaml': broken },
      wrong: [{ name: 'bad', failsAt: 'runs', files: { 'pod.yaml': POD } }],
      situation: { scenario: scenario([]), pod: undefined, shows: 'ready("web")' },
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).toMatch(
      /situation does not show.*fails nothing.*solution fails "runs"/,
    );
  });

  it('finds a check that no answer fails', () => {
    const idle = check({ id: 'idle', expect: 'true' });
    expect(proveLesson({ ...lesson, checks: [check({}), idle] })).toEqual([
      'neither the start nor a wrong answer fails "idle"',
    ]);
  });

  it('finds a start that needs no repair', () => {
    expect(proveLesson({ ...lesson, files: { 'pod.yaml': POD }, situation: undefined })).toEqual([
      'the start passes every check',
    ]);
  });
});
