import { expect, type Page, test } from '@playwright/test';
import { apply, card, playButton } from './lab-page.ts';

/** Opens a lesson or a question by its address. */
async function openLesson(page: Page, id: string): Promise<void> {
  await page.goto(`/#lesson=${id}`);
  await expect(playButton(page)).toBeEnabled();
}

async function showSolution(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show the solution' }).click();
  await page.getByRole('button', { name: 'Put it into the editor' }).click();
}

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

  await showSolution(page);
  await task.getByRole('button', { name: 'Check my answer' }).click();
  await expect(task.getByText('All checks of this task pass.')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('✓ solved')).toBeVisible();

  await page.reload();
  await expect(page.getByText('✓ solved')).toBeVisible();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(page.getByText('Right.')).toBeVisible();
});

test('a question: opens broken, a wrong diagnosis says why not, a command is part of the repair', async ({
  page,
}) => {
  await openLesson(page, '02-logs-of-a-crashed-init-container');
  await expect(card(page, 'config')).toContainText('restarts');
  await expect(card(page, 'nginx')).toContainText('PodInitializing');

  const diagnosis = page.getByRole('region', { name: 'Diagnosis' });
  const settle = diagnosis.getByRole('button', { name: 'That is the cause' });
  await diagnosis.getByRole('radio').first().check();
  await settle.click();
  await expect(diagnosis.getByText('Not so.')).toBeVisible();
  await expect(diagnosis.getByText('What never ran has no log.')).toBeVisible();
  await diagnosis.getByRole('radio').nth(2).check();
  await settle.click();
  await expect(diagnosis.getByText('That is it.')).toBeVisible();
  await expect(settle).toHaveCount(0);

  await page.getByRole('button', { name: /^Next/ }).click();
  const line = page.getByRole('textbox', { name: /shows why the init container fails/ });
  await expect(line).toHaveValue('kubectl logs box');
  await line.fill('kubectl logs box -c config');
  const task = page.getByRole('region', { name: 'Your task' });
  await task.getByRole('button', { name: 'Check my answer' }).click();
  // The command is right by now, the pod is not.
  await expect(task.getByText('fails')).toHaveCount(1, { timeout: 30_000 });
  await page.getByRole('button', { name: 'Try it' }).click();
  await expect(page.locator('.xterm-rows')).toContainText('SITE_NAME');
  await showSolution(page);
  await expect(line).toHaveValue('kubectl logs box -c config');
  await task.getByRole('button', { name: 'Check my answer' }).click();
  await expect(task.getByText('All checks of this task pass.')).toBeVisible({ timeout: 30_000 });

  await page.getByRole('button', { name: /^Next/ }).click();
  const sources = page.getByRole('region', { name: 'Where people asked this' });
  await expect(sources.getByRole('link').first()).toHaveAttribute('href', /github\.com/);
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByText('1 of 25 solved')).toBeVisible();
});

test('a lesson opens running where it says so, and its address is used once', async ({ page }) => {
  await openLesson(page, '02-patterns/01-logging-sidecar');
  await expect(page.getByRole('article', { name: 'Pod shop' })).toBeVisible();
  expect(new URL(page.url()).hash).toBe('');
  await page.goto('/#lesson=no-such-lesson');
  await expect(page.getByText('There is no lesson “no-such-lesson”.')).toBeVisible();
});

test('the library is grouped by chapter and can be searched', async ({ page }) => {
  await page.goto('/');
  await expect(playButton(page)).toBeEnabled();
  const library = page.locator('#pane-lesson');
  await expect(library.getByRole('heading', { name: '25 questions people ask' })).toBeVisible();
  await expect(library.getByRole('heading', { name: 'Patterns' })).toBeVisible();
  await library.getByRole('searchbox').fill('exit 137');
  await expect(library.getByRole('button', { name: /Exit code 137/ })).toBeVisible();
  await expect(library.getByRole('button', { name: /Why does my Job/ })).toHaveCount(0);
  await library.getByRole('searchbox').fill('Services and Networking');
  await expect(library.getByRole('button', { name: /Talking over localhost/ })).toBeVisible();
});

test('the menu of lessons can be searched and used by keys alone', async ({ page }) => {
  await page.goto('/');
  await expect(playButton(page)).toBeEnabled();
  const opener = page.getByRole('button', { name: 'Lessons and examples' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const items = page.getByRole('menuitemradio');
  await expect(items.filter({ hasText: 'Why does my Job never finish?' })).toBeVisible();
  await page.keyboard.type('exit 137');
  await expect(items).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(items).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(opener).toContainText('137');
});

test('a link opens its lesson in a narrow window, too', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/#lesson=01-foundations/02-what-restarts');
  await expect(page.getByRole('heading', { name: 'One container ends' })).toBeVisible();
});

test('an example opens and runs, and what was there can be brought back', async ({ page }) => {
  await page.goto('/');
  await expect(playButton(page)).toBeEnabled();
  await page.getByRole('button', { name: 'Lessons and examples' }).click();
  await page.getByRole('menuitemradio', { name: 'Writer and reader share a volume' }).click();
  await expect(page.getByText('pod/shared-volume-pod created')).toBeVisible();
  await expect(page.getByRole('article', { name: 'Pod shared-volume-pod' })).toBeVisible();
  // Only looking at another one in between does not lose what was there before.
  await page.getByRole('button', { name: 'Lessons and examples' }).click();
  await page.getByRole('menuitemradio', { name: /Talking over localhost/ }).click();
  await apply(page);
  await expect(page.getByRole('article', { name: 'Pod kiosk' })).toBeVisible();
  await page.getByRole('button', { name: 'Back to what I had' }).click();
  await expect(page.getByRole('article', { name: 'Pod notebook' })).toBeVisible();
});
