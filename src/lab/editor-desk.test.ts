import { describe, expect, it } from 'vitest';
import { createSimulator, replay } from '../simulator';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: demo}
spec:
  containers:
  - {name: app, image: 'busybox:1.37', command: [sleep, '3600']}
`;

function atTheTerminal() {
  const simulator = createSimulator();
  const type = (text: string, ms = 3000) => {
    const { next } = simulator.terminal.output();
    simulator.terminal.input(text);
    simulator.advance(ms);
    return simulator.terminal.output(next).text;
  };
  type('true\r');
  return { simulator, type };
}

describe('vi on the workstation', () => {
  it('lays a file out, waits, and writes what comes back', () => {
    const { simulator, type } = atTheTerminal();
    simulator.writeFile('note.txt', 'old\n');
    expect(type('vi note.txt\r', 60_000)).toContain('is open in the editor');
    expect(simulator.openEdit).toMatchObject({ path: '/root/note.txt', text: 'old\n' });
    simulator.finishEdit(simulator.openEdit?.id ?? 0, 'new\nlines\n');
    simulator.advance(1000);
    expect(simulator.openEdit).toBeUndefined();
    expect(simulator.readFile('note.txt')).toBe('new\nlines\n');
    expect(type('echo $?\r')).toContain('0');
    expect(simulator.homeFiles()).toMatchObject({ 'note.txt': 'new\nlines\n' });
  });

  it('makes a file that was not there, and leaves one alone with :q or Ctrl+C', () => {
    const { simulator, type } = atTheTerminal();
    type('vi fresh.txt\r');
    expect(simulator.openEdit?.text).toBe('');
    expect(type(':q\r')).toContain('#');
    expect(simulator.openEdit).toBeUndefined();
    expect(simulator.readFile('fresh.txt')).toBeUndefined();
    type('vi fresh.txt\r');
    expect(simulator.openEdit).toBeDefined();
    type('\x03');
    expect(simulator.openEdit).toBeUndefined();
    type('vi fresh.txt\r');
    simulator.finishEdit(simulator.openEdit?.id ?? 0, 'x');
    simulator.advance(1000);
    expect(simulator.readFile('fresh.txt')).toBe('x');
  });

  it('is what kubectl edit opens, and its answer is an input of the run', () => {
    const { simulator, type } = atTheTerminal();
    simulator.apply(POD);
    simulator.advance(10_000);
    type('kubectl edit pod demo\r', 5000);
    const { id = 0, path, text = '' } = simulator.openEdit ?? {};
    expect(path).toMatch(/^\/tmp\/kubectl-edit-\d+\.yaml$/);
    expect(text).toContain('name: demo');
    simulator.finishEdit(id, text.replace(/^ {2}name: demo$/m, '  labels: {seen: "yes"}\n$&'));
    simulator.advance(5000);
    expect(simulator.terminal.output().text).toContain('pod/demo edited');
    expect(simulator.get('Pod', 'demo')?.metadata.labels).toEqual({ seen: 'yes' });
    const again = replay(JSON.parse(JSON.stringify(simulator.run)), simulator.now);
    expect(again.traceHash).toBe(simulator.traceHash);
    expect(again.terminal.output().text).toBe(simulator.terminal.output().text);
  });

  it('says that it needs the page’s terminal', () => {
    const { stderr, exitCode } = createSimulator().sh('vi x');
    expect(stderr).toContain('needs its terminal');
    expect(exitCode).toBe(1);
  });
});
