import { expect, type Page, test } from '@playwright/test';
import { card, doTo, listenForComplaints, playButton, setSpeed, state } from './lab-page.ts';

/** The notes' manifests in the page: what to watch, what they wait for, what is pointed out. */

async function openExample(page: Page, title: string): Promise<void> {
  await page.goto('/');
  await expect(playButton(page)).toBeEnabled();
  await page.getByRole('region', { name: 'Lesson' }).getByRole('button', { name: title }).click();
  await expect(page.getByRole('region', { name: 'What to watch' })).toBeVisible();
}

/** The panel that explains, opened. */
async function why(page: Page) {
  const panel = page.getByRole('region', { name: 'Why', exact: true });
  const opener = panel.getByRole('button', { name: /^Why is/ });
  if ((await opener.getAttribute('aria-expanded')) === 'false') await opener.click();
  return panel;
}

test('a Pod that waits for a ConfigMap starts when one click creates it', async ({ page }) => {
  const complaints = listenForComplaints(page);
  await openExample(page, 'A log shipper that waits for its settings');
  await expect(page.getByText(/^Worth knowing/)).toContainText(
    'The ConfigMap fluent-bit-config does not exist yet.',
  );
  await setSpeed(page, 100);
  const panel = await why(page);
  await expect(panel).toContainText('configmap "fluent-bit-config" not found');
  await expect(panel).toContainText('the Pod starts without being made again');
  await page.getByRole('button', { name: 'Create the ConfigMap' }).click();
  await expect(page.getByText('configmap/fluent-bit-config created')).toBeVisible();
  await expect(page.getByRole('tab', { name: 'then-webapp-with-logging.yaml' })).toBeVisible();
  await expect(state(page, 'webapp', 'Running')).toBeVisible({ timeout: 20_000 });
  await expect(state(page, 'log-shipper', 'Running')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('a wait that never ends is explained, and repaired with two clicks', async ({ page }) => {
  await openExample(page, 'Waiting for two Services');
  await setSpeed(page, 100);
  await page.getByRole('button', { name: 'Create both Services' }).click();
  await expect(page.getByText('service/database-service created')).toBeVisible();
  await expect(await why(page)).toContainText(
    'it never succeeds, not even when the Service exists',
  );
  await expect(state(page, 'wait-for-db', 'Running')).toBeVisible();

  await page.getByRole('tab', { name: 'webapp.yaml', exact: true }).click();
  await page.getByText(/^Worth knowing/).click();
  await page.getByRole('button', { name: 'Use full names' }).click();
  await page.getByRole('button', { name: 'Replace the Pod' }).click();
  await expect(page.getByText('pod/webapp replaced')).toBeVisible();
  await expect(state(page, 'webapp', 'Running')).toBeVisible({ timeout: 20_000 });
});

test('a port that is taken: before it runs and when it has failed', async ({ page }) => {
  await openExample(page, 'Two containers, one port');
  await expect(page.getByText(/^Worth knowing/)).toContainText(
    'redis and redis-ambassador both claim port 6379.',
  );
  await expect(page.getByRole('region', { name: 'Why', exact: true })).toContainText(
    'redis-server, in the container redis, listens on that port already',
    { timeout: 20_000 },
  );
  await expect(await why(page)).toContainText('6379: Address already in use');
  await expect(state(page, 'redis', 'Running')).toBeVisible();
});

test('one container ends, the other lives: the notes say otherwise', async ({ page }) => {
  await openExample(page, 'An app with a Redis of its own');
  await expect(state(page, 'redis', 'Running')).toBeVisible({ timeout: 20_000 });
  await doTo(page, 'redis', 'End it with exit code 1');
  await expect(card(page, 'redis').getByText(/restarts 1/)).toBeVisible({ timeout: 20_000 });
  await expect(card(page, 'webapp').getByText(/restarts/)).toHaveCount(0);
  await card(page, 'redis').getByRole('button', { name: /redis/ }).first().click();
  const panel = page.getByRole('region', { name: 'Why', exact: true });
  await expect(panel).toContainText('redis was started again once; webapp ran on.');
});
