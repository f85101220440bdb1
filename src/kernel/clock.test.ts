import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock, TURNS_PER_INSTANT } from './clock';

describe('Clock', () => {
  it('fires in order of time, then of scheduling', () => {
    const clock = new Clock();
    const fired: string[] = [];
    clock.after(20, () => fired.push('c'));
    clock.after(10, () => fired.push('a'));
    clock.after(10, () => fired.push('b'));
    clock.runUntil(100);
    expect(fired).toEqual(['a', 'b', 'c']);
    expect(clock.now).toBe(100);
  });

  it('gives chained timers each their own instant, however big the step', () => {
    const clock = new Clock();
    const ticks: number[] = [];
    const tick = () => {
      ticks.push(clock.now);
      if (ticks.length < 5) clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.runUntil(1000);
    expect(ticks).toEqual([10, 20, 30, 40, 50]);
  });

  it('does not fire what was cancelled, not even by a timer of the same instant', () => {
    const clock = new Clock();
    const fired: string[] = [];
    const victim = () => fired.push('victim');
    clock.after(5, () => clock.cancel(later));
    const later = clock.after(5, victim);
    clock.runUntil(10);
    expect(fired).toEqual([]);
    expect(clock.nextAt).toBeUndefined();
  });

  it('fires what was due at an instant before what was scheduled in it without delay', () => {
    const clock = new Clock();
    const fired: string[] = [];
    clock.after(5, () => {
      fired.push('first');
      clock.after(0, () => fired.push('soon'));
      clock.after(-1, () => fired.push('sooner'));
    });
    clock.after(5, () => fired.push('second'));
    while (clock.step()) fired.push('-');
    expect(fired).toEqual(['first', '-', 'second', '-', 'soon', '-', 'sooner', '-']);
  });

  it('keeps the order of thousands of timers without delay that plant each other', () => {
    const clock = new Clock();
    const fired: number[] = [];
    let planted = 0;
    const plant = () => {
      const number = planted++;
      clock.after(0, () => {
        fired.push(number);
        if (planted < 10_000) plant();
      });
    };
    for (let i = 0; i < 3; i++) plant();
    clock.runUntil(0);
    expect(fired).toEqual(Array.from({ length: planted }, (_, index) => index));
  });

  it('refuses to stand at one instant for ever', () => {
    const clock = new Clock();
    const again = () => {
      clock.after(0, again);
    };
    clock.after(0, again);
    expect(() => clock.runUntil(1)).toThrow(`more than ${TURNS_PER_INSTANT} turns`);
  });

  it('fires the same whatever pieces the time is cut into', () => {
    const program = fc.array(fc.tuple(fc.nat(50), fc.nat(3)), { maxLength: 30 });
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(program, cuts, (timers, pieces) => {
        const run = (steps: readonly number[]) => {
          const clock = new Clock();
          const fired: string[] = [];
          const plant = (delay: number, children: number, name: string) => {
            clock.after(delay, () => {
              fired.push(`${name}@${clock.now}`);
              for (let i = 0; i < children; i++) plant(delay % 7, children - 1, `${name}.${i}`);
            });
          };
          timers.forEach(([delay, children], i) => {
            plant(delay, children, String(i));
          });
          for (const step of steps) clock.runUntil(clock.now + step);
          clock.runUntil(10_000);
          return fired;
        };
        expect(run(pieces)).toEqual(run([10_000]));
      }),
    );
  });
});
