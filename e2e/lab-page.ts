import { expect, type Locator, type Page } from '@playwright/test';
import type { Run } from '../src/lab/run.ts';
import { encodeLink } from '../src/ui/link/link-codec.ts';

/** What several specs do with the page. */

const EMPTY_RUN = { seed: 1, epoch: '2026-01-01T00:00:00Z', options: {}, inputs: [] };

/** Opens the page with a file in the editor and an empty cluster, as a share link would. */
export async function openWith(
  page: Page,
  text: string,
  path = 'pod.yaml',
  options: Run['options'] = {},
): Promise<void> {
  const shared = {
    version: 1 as const,
    run: { ...EMPTY_RUN, options },
    at: 0,
    horizon: 0,
    files: [{ path, text }],
  };
  await page.goto(`/${encodeLink(shared)}`);
  await expect(playButton(page)).toBeEnabled();
}

export function playButton(page: Page): Locator {
  return page.getByRole('button', { name: /^(Play|Pause)$/ });
}

export async function apply(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Apply/ }).click();
}

/** The card of a container. */
export function card(page: Page, name: string): Locator {
  return page.getByRole('region', { name: `Container ${name}`, exact: true });
}

/** The chip that says in which state a container is. */
export function state(page: Page, container: string, word: string): Locator {
  return card(page, container).locator('.chip', { hasText: word });
}

/** Chooses an item of a container's menu. */
export async function doTo(page: Page, container: string, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: `Do something to container ${container}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

export async function setSpeed(page: Page, speed: 1 | 10 | 100): Promise<void> {
  await page.getByRole('button', { name: `${speed}×`, exact: true }).click();
}

/** Virtual seconds on the clock. */
export async function clock(page: Page): Promise<number> {
  const text = await page.getByRole('timer').innerText();
  const parts = text.split(':').map(Number);
  return parts.reduce((sum, part) => sum * 60 + part, 0);
}

/** Complaints of the page itself: errors and warnings in its console. */
export function listenForComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return complaints;
}

/**
 * How long the page takes to do what a click on Play or Pause asks for, in real ms: the median of several
 * tries. The worker has to take part, so this also shows that the lab answers.
 */
export async function answerTime(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const times: number[] = [];
    const find = () =>
      document.querySelector<HTMLButtonElement>(
        'button[aria-label=Play], button[aria-label=Pause]',
      );
    for (let i = 0; i < 6; i++) {
      const button = find();
      const before = button?.ariaLabel;
      const start = performance.now();
      button?.click();
      while (find()?.ariaLabel === before && performance.now() - start < 5000) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return times.sort((a, b) => a - b)[3] ?? Number.POSITIVE_INFINITY;
  });
}
