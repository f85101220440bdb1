import { expect, test } from '@playwright/test';
import { playButton } from './lab-page.ts';

test('a lesson: predict, fail a check, take the solution, pass, keep the progress', async ({
  page,
}) => {
  await page.goto('/');
  await expect(playButton(page)).toBeEnabled();
  await page
    .locator('.library')
    .getByRole('button', { name: /Init containers, in order/ })
    .click();
  await expect(page.getByRole('heading', { name: 'A pod that never starts' })).toBeVisible();

  const prediction = page.getByRole('region', { name: 'Predict' }).first();
  await expect(prediction.getByRole('button', { name: 'That is my guess' })).toBeDisabled();
  await prediction.getByRole('radio').nth(1).check();
  await prediction.getByRole('button', { name: 'That is my guess' }).click();
  await expect(prediction.getByText('Right.')).toBeVisible();

  await page.getByRole('button', { name: /^Next/ }).click();
  const task = page.getByRole('region', { name: 'Your task' });
  await task.getByRole('button', { name: 'Check my answer' }).click();
  await expect(task.getByText('fails').first()).toBeAttached({ timeout: 30_000 });
  await expect(task.getByRole('button', { name: 'Watch it' }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Show the solution' }).click();
  await page.getByRole('button', { name: 'Put it into the editor' }).click();
  await task.getByRole('button', { name: 'Check my answer' }).click();
  await expect(task.getByText('All checks of this task pass.')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('✓ solved')).toBeVisible();

  await page.reload();
  await expect(page.getByText('✓ solved')).toBeVisible();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(page.getByText('Right.')).toBeVisible();
});

test('an example opens and runs, and what was there can be brought back', async ({ page }) => {
  await page.goto('/');
  await expect(playButton(page)).toBeEnabled();
  await page.getByRole('button', { name: 'Lessons and examples' }).click();
  await page.getByRole('menuitemradio', { name: 'Shared volume pod' }).click();
  await expect(page.getByText('pod/shared-volume-pod created')).toBeVisible();
  await expect(page.getByRole('article', { name: 'Pod shared-volume-pod' })).toBeVisible();
  await page.getByRole('button', { name: 'Back to what I had' }).click();
  await expect(page.getByRole('article', { name: 'Pod notebook' })).toBeVisible();
});
