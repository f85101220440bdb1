import { expect, test } from '@playwright/test';
import { answerTime, apply, clock, openWith, state } from './lab-page.ts';

/** A page that is held up does not answer for seconds. How fast it answers: bench/page.mjs. */
const ANSWER_MS = 1_000;

function podRunning(script: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: demo
spec:
  containers:
  - name: wild
    image: busybox:1.37
    command:
    - sh
    - -c
    - ${JSON.stringify(script)}
    volumeMounts: [{name: data, mountPath: /data}]
  - name: calm
    image: busybox:1.37
    command: ['sh', '-c', 'while true; do date; sleep 1; done']
  volumes:
  - name: data
    emptyDir: {}
`;
}

const WILD = {
  'an endless loop': 'while true; do :; done',
  'a fork bomb': 'f(){ f|f& };f; sleep 1000',
  yes: 'yes',
  'a file without end': 'cat /dev/zero > /data/x; sleep 1000',
  'a variable that doubles': 'x=aaaaaaaa; while true; do x=$x$x; done',
  'deep recursion': 'f(){ f; }; f; sleep 1000',
};

for (const [name, script] of Object.entries(WILD)) {
  test(`${name} does not hold up the page, nor the other container`, async ({ page }) => {
    await openWith(page, podRunning(script));
    await apply(page);
    await expect(state(page, 'calm', 'Running')).toBeVisible();
    await page.waitForTimeout(1500);
    expect(await answerTime(page)).toBeLessThan(ANSWER_MS);
    await page.getByLabel('Container', { exact: true }).selectOption('calm');
    const lines = page.getByLabel('Log lines').locator('.log-line');
    await expect.poll(() => lines.count(), { timeout: 20_000 }).toBeGreaterThan(2);
  });
}

test('a paste of 10 MB is kept, and the page goes on answering', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openWith(page, 'kind: Pod\n');
  const editor = page.getByTestId('monaco');
  await expect(editor.locator('.view-lines')).toBeVisible();
  await page.evaluate(() => navigator.clipboard.writeText('# padding\n'.repeat(1_000_000)));
  await editor.locator('.view-lines').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Control+V');
  await expect(page.getByText('This text is too large to be checked')).toBeVisible();
  expect(await answerTime(page)).toBeLessThan(ANSWER_MS);
  await page.waitForTimeout(1000);
  await page.reload();
  await expect(page.getByText('This text is too large to be checked')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Text of pod.yaml' })).toContainText('kind: Pod');
  await page.getByRole('button', { name: 'Empty it' }).click();
  await expect(editor.locator('.view-lines')).toBeVisible();
});

test('a YAML alias bomb ends in a message', async ({ page }) => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let i = 1; i < 12; i++) {
    const [name, before] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
  }
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bomb\n${bomb.join('\n')}\n`;
  await openWith(page, text);
  await expect(page.getByText(/\d problem/)).toBeVisible();
  await apply(page);
  await expect(page.locator('.applied.bad')).toBeVisible();
  expect(await answerTime(page)).toBeLessThan(ANSWER_MS);
});

test('time goes on at 100 times its speed', async ({ page }) => {
  await openWith(page, podRunning('sleep 100000'));
  await apply(page);
  await page.getByRole('button', { name: '100×', exact: true }).click();
  await expect.poll(() => clock(page), { timeout: 20_000 }).toBeGreaterThan(300);
  await page.getByRole('button', { name: 'To the start' }).click();
  await expect.poll(() => clock(page)).toBe(0);
});
