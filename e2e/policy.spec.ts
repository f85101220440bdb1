import { expect, test } from '@playwright/test';

test('the page loads under its content security policy without a complaint', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  const response = await page.goto('./');
  expect(response?.headers()['content-security-policy']).toContain("script-src 'self'");
  await expect(page.getByRole('main')).toBeVisible();
  // Monaco, its workers and the engine come in after the first frame.
  await expect(page.locator('.monaco-editor').first()).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => page.workers().length).toBeGreaterThan(1);
  await page.waitForTimeout(1000);
  expect(complaints).toEqual([]);
});
