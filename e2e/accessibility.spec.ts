import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { card, clock, openWith, playButton, state } from './lab-page.ts';

const CRASHING = `apiVersion: v1
kind: Pod
metadata:
  name: demo
spec:
  containers:
  - name: web
    image: nginx:1.29
  - name: broken
    image: busybox:1.37
    command: ['sh', '-c', 'echo failing; exit 3']
`;

async function complaintsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // Monaco's own elements; what can be set from outside (labels, contrast) is set.
    .exclude('.monaco-editor')
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in ${colorScheme}`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openWith(page, CRASHING);
    await page.getByRole('button', { name: /^Apply/ }).click();
    await expect(card(page, 'broken').getByText(/restarts 1/)).toBeVisible();
    await playButton(page).click();
    expect(await complaintsOf(page)).toEqual([]);

    await card(page, 'broken').getByRole('button', { name: 'broken', exact: true }).click();
    await page.getByRole('button', { name: 'As a list' }).click();
    for (const tab of ['Terminal', 'Events', 'Describe', 'Status', 'Statechart']) {
      await page.getByRole('tab', { name: tab, exact: true }).click();
      await page.waitForTimeout(300);
      expect(await complaintsOf(page), tab).toEqual([]);
    }

    await page
      .locator('.library')
      .getByRole('button', { name: /Init containers/ })
      .click();
    await expect(page.getByRole('heading', { name: 'A pod that never starts' })).toBeVisible();
    expect(await complaintsOf(page), 'lesson').toEqual([]);

    await page.getByRole('button', { name: 'Share this lab' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await complaintsOf(page), 'dialog').toEqual([]);
  });
}

test('axe finds nothing in a narrow window', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openWith(page, CRASHING);
  for (const tab of ['Lesson', 'Editor', 'Pod', 'Timeline', 'Output']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    expect(await complaintsOf(page), tab).toEqual([]);
  }
  await page.getByRole('button', { name: 'Lessons and examples' }).click();
  await expect(page.getByRole('menuitemradio').first()).toBeVisible();
  expect(await complaintsOf(page), 'library').toEqual([]);
  await page.keyboard.press('Escape');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test('the keyboard alone edits, applies, breaks, rewinds and asks why', async ({ page }) => {
  await openWith(page, CRASHING.replace('name: demo', 'name: dem'));
  await expect(page.getByTestId('monaco').locator('.view-lines')).toBeVisible();
  await page.keyboard.press('Alt+1');
  await page.keyboard.press('Control+Home');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.insertText('o');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('pod/demo created')).toBeVisible();
  await expect(state(page, 'web', 'Running')).toBeVisible();

  await page.keyboard.press('Alt+2');
  const menu = page.getByRole('button', { name: 'Do something to container web' });
  for (let i = 0; i < 40 && !(await isFocused(menu)); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Open a shell in it' })).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(card(page, 'web').getByText(/restarts 1/)).toBeVisible();

  await page.keyboard.press('Alt+p');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  const before = await clock(page);
  await page.keyboard.press('Alt+,');
  await expect.poll(() => clock(page)).toBeLessThan(before);

  await page.keyboard.press('Alt+2');
  const name = card(page, 'broken').getByRole('button', { name: 'broken', exact: true });
  for (let i = 0; i < 40 && !(await isFocused(name)); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Why' })).toContainText('kubectl');

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

function isFocused(locator: ReturnType<Page['getByRole']>): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}
