import { describe, expect, it } from 'vitest';
import { Pace, Slice } from './pace';

describe('Pace', () => {
  it('says which virtual instant is due', () => {
    const pace = new Pace();
    pace.restart(1000, 5000, 10);
    expect(pace.due(1000)).toBe(5000);
    expect(pace.due(1100)).toBe(6000);
  });

  it('says the speed reached when the machine cannot keep the one asked for, and gives the backlog up', () => {
    const pace = new Pace();
    pace.restart(0, 0, 100);
    let virtual = 0;
    for (let real = 10; real <= 3000; real += 10) {
      virtual += 200;
      pace.observe(real, virtual);
    }
    expect(pace.reached).toBeCloseTo(20, 0);
    expect(pace.due(3000) - virtual).toBeLessThanOrEqual(25_000);
  });

  it('says nothing while it keeps the pace', () => {
    const pace = new Pace();
    pace.restart(0, 0, 1);
    for (let real = 10; real <= 3000; real += 10) pace.observe(real, real);
    expect(pace.reached).toBeUndefined();
  });
});

describe('Slice', () => {
  it('grows while little happens, shrinks under load, and is never below 1', () => {
    const slice = new Slice(1000);
    for (let i = 0; i < 20; i++) slice.took(0.1);
    expect(slice.size).toBe(1000);
    for (let i = 0; i < 20; i++) slice.took(50);
    expect(slice.size).toBe(1);
  });
});
