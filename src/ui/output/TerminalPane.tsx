import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import { useShownTheme } from '../layout/use-theme';
import { lab, typeInTerminal } from '../store/lab';
import { update, usePage } from '../store/store';

function themeOf(element: Element) {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    background: token('panel'),
    foreground: token('ink'),
    cursor: token('accent'),
    cursorAccent: token('panel'),
    selectionBackground: token('select'),
    black: token('ink'),
    red: token('err'),
    green: token('run'),
    yellow: token('wait'),
    blue: token('done'),
    magenta: token('hue-2'),
    cyan: token('hue-3'),
    white: token('soft'),
  };
}

/** The workstation's terminal. What is typed becomes an input of the run; what it shows belongs to the moment. */
export default function TerminalPane() {
  const box = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal | null>(null);
  const theme = useShownTheme();

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const xterm = createTerminal(element);
    terminal.current = xterm;
    if (isPointedAt()) xterm.focus();
    let stop: readonly (() => void)[] = [];
    // Opening it and fitting it measure letters for tens of milliseconds each: not in one go.
    const timer = setTimeout(() => {
      stop = [keepFitted(xterm, element), followOutput(xterm), typePending()];
    });
    return () => {
      clearTimeout(timer);
      for (const one of stop) one();
      xterm.dispose();
      terminal.current = null;
    };
  }, []);
  const shownTheme = useRef(theme);
  useEffect(() => {
    if (theme === shownTheme.current) return;
    shownTheme.current = theme;
    recolour(terminal.current, box.current);
  }, [theme]);
  return <div className="terminal-box" ref={box} />;
}

/**
 * Whether the terminal's tab was clicked: who does that is about to type. Arrow keys leave the focus on the
 * tabs, and a touch must not bring up the keyboard over the screen.
 */
function isPointedAt(): boolean {
  const opener = document.activeElement;
  if (!opener?.matches('[role=tab]') || opener.matches(':focus-visible')) return false;
  return !matchMedia('(pointer: coarse)').matches;
}

function recolour(xterm: Terminal | null, element: Element | null): void {
  if (xterm && element) xterm.options.theme = themeOf(element);
}

function createTerminal(element: HTMLElement): Terminal {
  const style = getComputedStyle(element);
  const xterm = new Terminal({
    fontFamily: style.getPropertyValue('--mono'),
    fontSize: 12.5,
    lineHeight: 1.25,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    screenReaderMode: true,
    minimumContrastRatio: 4.5,
    scrollback: 5000,
    theme: themeOf(element),
  });
  xterm.open(element);
  xterm.onData((text) => typeInTerminal(text));
  // Ctrl+Enter applies and Alt with a digit changes panes, also from here.
  xterm.attachCustomKeyEventHandler(
    (event) =>
      !(event.ctrlKey && event.key === 'Enter') && !(event.altKey && /^Digit/.test(event.code)),
  );
  return xterm;
}

function keepFitted(xterm: Terminal, element: HTMLElement): () => void {
  const addon = new FitAddon();
  xterm.loadAddon(addon);
  let told = '';
  const fit = () => {
    if (element.clientWidth < 40 || element.clientHeight < 20) return;
    addon.fit();
    const size = `${xterm.cols}x${xterm.rows}`;
    if (size === told) return;
    told = size;
    void lab().resizeTerminal(xterm.cols, xterm.rows);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(element);
  void document.fonts.ready.then(fit);
  return () => observer.disconnect();
}

/** Writes what the lab's terminal shows; after a rewind it is written anew. */
function followOutput(xterm: Terminal): () => void {
  let generation = -1;
  let written = 0;
  const write = () => {
    const { terminal } = usePage.getState();
    if (terminal.generation !== generation) {
      generation = terminal.generation;
      written = 0;
      xterm.reset();
    }
    if (terminal.text.length > written) {
      xterm.write(terminal.text.slice(written));
      written = terminal.text.length;
    }
  };
  write();
  return usePage.subscribe((state, before) => {
    if (state.terminal !== before.terminal) write();
  });
}

/** Types what another pane has asked for. */
function typePending(): () => void {
  const type = () => {
    const { pendingCommand, flow } = usePage.getState();
    if (pendingCommand === undefined || flow !== 'ready') return;
    update({ pendingCommand: undefined });
    typeInTerminal(pendingCommand);
  };
  type();
  return usePage.subscribe((state, before) => {
    if (state.pendingCommand !== before.pendingCommand) type();
  });
}
