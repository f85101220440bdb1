import { describe, expect, it } from 'vitest';
import { ageText, clockText, durationText, sizeText } from './format';

describe('clockText', () => {
  it.each([
    [0, '00:00.0'],
    [24_649, '00:24.6'],
    [3_723_400, '1:02:03.4'],
  ])('%d', (ms, text) => expect(clockText(ms)).toBe(text));
});

describe('durationText', () => {
  it.each([
    [249, '0.2 s'],
    [15_400, '15 s'],
    [250_000, '4m10s'],
    [7_500_000, '2h5m'],
  ])('%d', (ms, text) => expect(durationText(ms)).toBe(text));
});

describe('ageText', () => {
  it.each([
    [5000, '5s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [130_000, '2m10s'],
    [900_000, '15m'],
    [11_100_000, '3h5m'],
    [200_000_000, '2d'],
  ])('%d', (ms, text) => expect(ageText(ms)).toBe(text));
});

describe('sizeText', () => {
  it.each([
    [6, '6 B'],
    [2150, '2.1 KiB'],
    [5_242_880, '5.0 MiB'],
  ])('%d', (bytes, text) => expect(sizeText(bytes)).toBe(text));
});
