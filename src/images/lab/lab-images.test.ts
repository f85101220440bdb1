import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../runtime/cri/image-reference';
import { LAB_IMAGES } from '../catalogue/lab-images';
import { createRegistry } from '../registry';
import { portFrom } from './http-app';

const EXAMPLES = new URL('../../../lessons/examples/', import.meta.url);

describe('images that exist only in this lab', () => {
  it.each(Object.entries(LAB_IMAGES))('%s says so, and what it does', (repository, build) => {
    const model = build('latest');
    expect(model.repositories).toEqual([repository]);
    expect(model.modelled).toBe('lab');
    expect(model.about).toMatch(
      /^Exists only in this lab: .{20,} A real cluster would answer ErrImagePull\.$/,
    );
    const files = model.files();
    const [program] = model.entrypoint ?? model.cmd ?? [];
    expect(
      [...files.keys()].some((path) => path.endsWith(`/bin/${program}`)),
      `no program ${program}`,
    ).toBe(true);
  });
});

describe('portFrom', () => {
  it.each([
    ['6380', 6380],
    ['tcp://10.96.0.9:7000', 7000],
    [undefined, 6379],
    ['', 6379],
    ['no port', 6379],
    ['99999', 6379],
  ])('%s is %i', (variable, port) => {
    expect(portFrom(variable, 6379)).toBe(port);
  });
});

describe('the notes’ images', () => {
  const images = new Set(
    readdirSync(EXAMPLES)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => {
        const text = readFileSync(new URL(name, EXAMPLES), 'utf8');
        return [...text.matchAll(/^ *image: *(\S+)$/gm)].map(([, image = '']) => image);
      }),
  );

  it.each([...images])('%s is more than a placeholder', (image) => {
    const reference = parseImageReference(image);
    const model = reference && createRegistry().find(reference);
    expect(model?.modelled).toMatch(/^(real|lab)$/);
  });
});
