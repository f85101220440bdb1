import { describe, expect, it } from 'vitest';
import type { ImageFile } from '../../runtime/image';
import { testContainer } from '../../runtime/process/test-machine';
import type { Program } from '../../runtime/syscalls';
import { shellWith } from '../shell';
import { sleep } from '../test-script';

const kubectlWords = ['get', 'describe', 'delete'];

/** A shell on a terminal; returns what the terminal shows after each piece of input. */
function terminalSession(files: Record<string, ImageFile> = {}) {
  const sh: Program = shellWith(function* (line) {
    const match = /^kubectl (\w*)$/.exec(line);
    return match
      ? kubectlWords.filter((word) => word.startsWith(match[1] ?? '')).map((word) => `${word} `)
      : undefined;
  });
  const container = testContainer({ programs: { sh, sleep }, files });
  const { clock } = container.machine.kernel;
  const terminal = container.machine.createTerminal({ columns: 40, rows: 10 });
  const env: [string, string][] = [
    ['PATH', '/bin'],
    ['HOME', '/root'],
  ];
  const started = container.spawn({ argv: ['sh'], terminal, env });
  const settle = (ms: number): string => {
    clock.runUntil(clock.now + ms);
    return terminal.takeOutput();
  };
  return {
    begin: () => settle(100),
    type: (keys: string, ms = 100) => {
      terminal.input(keys);
      return settle(ms);
    },
    status: () => started.status,
  };
}

describe('an interactive shell', () => {
  it('prompts, runs commands and exits', () => {
    const session = terminalSession();
    expect(session.begin()).toBe('/w # ');
    expect(session.type('echo hi\r')).toMatch(/^echo hi.*\r\nhi\r\n\/w # $/s);
    session.type('exit 3\r');
    expect(session.status()).toEqual({ kind: 'exited', code: 3 });
  });

  it('asks for the rest of a command that is not complete', () => {
    const session = terminalSession();
    session.begin();
    expect(session.type('if true\r')).toMatch(/\r\n> $/);
    session.type('then echo yes\r');
    expect(session.type('fi\r')).toMatch(/\r\nyes\r\n\/w # $/);
  });

  it('edits the line', () => {
    const session = terminalSession();
    session.begin();
    expect(session.type('cho BC\x01e\x05\x1b[D\x7fx\x0b\r')).toMatch(/\r\nx\r\n\/w # $/);
    expect(session.type('echo one two\x17three\r')).toMatch(/\r\none three\r\n/);
    expect(session.type('junk\x15echo ok\r')).toMatch(/\r\nok\r\n/);
  });

  it('remembers lines', () => {
    const session = terminalSession();
    session.begin();
    session.type('echo first\r');
    session.type('echo second\r');
    expect(session.type('\x1b[A\x1b[A\r')).toMatch(/\r\nfirst\r\n/);
    expect(session.type('history\r')).toContain('   0 echo first\r\n   1 echo second\r\n');
  });

  it('drops the line and goes on after Ctrl-C', () => {
    const session = terminalSession();
    session.begin();
    expect(session.type('echo junk\x03')).toMatch(/\^C\r\n\r\n\/w # $/);
    expect(session.type('echo $?\r')).toMatch(/\r\n130\r\n/);
  });

  it('survives errors that end a script', () => {
    const session = terminalSession();
    session.begin();
    expect(session.type('readonly r=1; r=2\r')).toMatch(/sh: r: is read only\r\n\/w # $/);
    expect(session.type('fi\r')).toMatch(/sh: syntax error: unexpected "fi"\r\n\/w # $/);
    expect(session.type('echo $?\r')).toMatch(/\r\n2\r\n/);
  });

  it('interrupts the foreground job only', () => {
    const session = terminalSession();
    session.begin();
    session.type('sleep 100\r', 1000);
    expect(session.type('\x03')).toMatch(/\/w # $/);
    expect(session.type('echo $?\r')).toMatch(/\r\n130\r\n/);
    expect(session.status()).toBeUndefined();
  });

  it('stops and continues jobs', () => {
    const session = terminalSession();
    session.begin();
    session.type('sleep 5\r', 1000);
    expect(session.type('\x1a')).toMatch(/\[1\]\+ {2}Stopped +sleep 5\r\n\/w # $/);
    expect(session.type('bg\r')).toContain('[1] sleep 5\r\n');
    expect(session.type('\r', 6000)).toMatch(/\/w # $/);
    expect(session.type('\r')).toMatch(/Done +sleep 5\r\n\/w # $/);
  });

  it('completes commands, files and what its owner knows', () => {
    const session = terminalSession({ '/w/notes.txt': { kind: 'file', content: 'x' } });
    session.begin();
    expect(session.type('expo\t')).toContain('export ');
    session.type('\x15');
    expect(session.type('echo no\t\r')).toMatch(/\r\nnotes.txt\r\n/);
    expect(session.type('kubectl d\t')).toContain('kubectl de');
    expect(session.type('\t\t')).toContain('\r\ndelete    describe\r\n');
  });

  it('leaves at the end of input', () => {
    const session = terminalSession();
    session.begin();
    session.type('\x04');
    expect(session.status()).toEqual({ kind: 'exited', code: 0 });
  });
});
