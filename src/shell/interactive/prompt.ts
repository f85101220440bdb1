import type { Bytes } from '../../runtime/bytes';
import type { ShellState } from '../interpreter/state';
import { decodeEscape } from '../parser/escapes';
import { splitCharacters } from './line-buffer';

export interface Prompt {
  readonly text: Bytes;
  /** Columns that its last line takes. */
  readonly width: number;
}

/** Replaces the escapes of PS1. Models libbb/lineedit.c parse_and_put_prompt. */
export function decodePrompt(shell: ShellState, source: Bytes): Prompt {
  let text = '';
  let visible = '';
  let hidden = false;
  const add = (piece: Bytes) => {
    text += piece;
    if (!hidden) visible += piece;
  };
  for (let at = 0; at < source.length; ) {
    const character = source[at++] as string;
    if (character !== '\\') {
      add(character);
      continue;
    }
    const letter = source[at] ?? '';
    if (letter === '[' || letter === ']') {
      hidden = letter === '[';
      at++;
      continue;
    }
    const piece = promptEscape(shell, letter);
    if (piece !== undefined) {
      add(piece);
      at++;
      continue;
    }
    const { code, next } = decodeEscape(source, at);
    add(String.fromCharCode(code));
    at = next;
  }
  const lastLine = visible.slice(visible.lastIndexOf('\n') + 1);
  return { text, width: splitCharacters(lastLine).length };
}

function promptEscape(shell: ShellState, letter: string): Bytes | undefined {
  switch (letter) {
    case '$':
      return shell.sys.uid === 0 ? '#' : '$';
    case 'w':
      return shortDirectory(shell);
    case 'W': {
      const directory = shortDirectory(shell);
      return directory.slice(directory.lastIndexOf('/') + 1) || '/';
    }
    case 'h':
      return shell.sys.hostname.split('.')[0] ?? '';
    case 'H':
      return shell.sys.hostname;
    case 'u':
      return shell.variables.get('USER') ?? (shell.sys.uid === 0 ? 'root' : String(shell.sys.uid));
    case '!':
      return String(shell.history.length);
    case 't':
      return new Date(shell.sys.nowMs).toISOString().slice(11, 19);
    case 'A':
      return new Date(shell.sys.nowMs).toISOString().slice(11, 16);
    case 'E':
      return '\x1b';
    default:
      return undefined;
  }
}

function shortDirectory(shell: ShellState): Bytes {
  const home = shell.variables.get('HOME') ?? '';
  const { directory } = shell;
  if (home.length > 1 && (directory === home || directory.startsWith(`${home}/`))) {
    return `~${directory.slice(home.length)}`;
  }
  return directory;
}
