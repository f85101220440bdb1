import { applet } from './applet';

export const trueApplet = applet('true', returning(0), { plainHelp: true });

export const falseApplet = applet('false', returning(1), { plainHelp: true });

function returning(code: number) {
  // biome-ignore lint/correctness/useYield: it has nothing to wait for.
  return function* () {
    return code;
  };
}
