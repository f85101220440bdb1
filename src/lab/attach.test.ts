import { expect, it } from 'vitest';
import { createSimulator } from '../simulator';
import type { ClusterSimulator } from './simulator-api';

function lab(): ClusterSimulator {
  const simulator = createSimulator({ pulledImages: ['busybox:1.37', 'busybox:latest'] });
  simulator.advance(1000);
  return simulator;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPES = /\x1b\[[0-9;]*[A-Za-z]/g;

/** Types a line into the workstation's terminal and waits; returns what has appeared since. */
function type(simulator: ClusterSimulator, line: string, ms = 2000): string {
  const { next } = simulator.terminal.output();
  simulator.terminal.input(`${line}\r`);
  simulator.advance(ms);
  return simulator.terminal.output(next).text.replace(/\r+\n/g, '\n').replace(ESCAPES, '');
}

it('a container with a terminal can be talked to, left and found again', () => {
  const simulator = lab();
  simulator.advance(1000);
  const shown = type(simulator, 'kubectl run x -it --image=busybox -- sh', 6000);
  expect(shown).toContain("If you don't see a command prompt, try pressing enter.");
  expect(type(simulator, 'echo $((6 * 7)); tty')).toContain('42\n/dev/pts/');
  type(simulator, 'exit 3', 5000);
  expect(simulator.sh('kubectl logs x --previous; kubectl logs x').stdout).toContain('42');
});

it('an ephemeral container sees its target and takes input', () => {
  const simulator = lab();
  simulator.apply(
    '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: app, image: "busybox:1.37", command: [sleep, "100000"], env: [{name: SECRET, value: x}]}]}}',
  );
  simulator.advance(4000);
  const shown = type(simulator, 'kubectl debug -it p --image=busybox --target=app -c dbg', 6000);
  expect(shown).toContain('Targeting container "app".');
  expect(type(simulator, 'ps')).toMatch(/ 1 root +0:00 sleep 100000/);
  expect(type(simulator, 'tr "\\0" "\\n" < /proc/1/environ | grep SECRET')).toContain('SECRET=x');
  expect(type(simulator, 'ls /proc/1/root/etc/hostname')).toContain('/proc/1/root/etc/hostname\n');
  expect(type(simulator, 'kill 1; exit')).toContain('Session ended');
  expect(simulator.sh('kubectl get pod p').stdout).toMatch(/p +1\/1 +Running +0/);
});

it('standard input reaches a container without a terminal, and ends with its client', () => {
  const simulator = lab();
  const { stdout, exitCode } = simulator.sh(
    'printf "one\\ntwo\\n" | kubectl run y -i --rm --restart=Never --image=busybox -- sh -c "cat; echo end"',
  );
  expect(stdout).toContain('one\ntwo\nend\n');
  expect(exitCode).toBe(0);
});
