import { expect, test } from '@playwright/test';
import {
  apply,
  card,
  clock,
  doTo,
  listenForComplaints,
  openWith,
  playButton,
  setSpeed,
  state,
} from './lab-page.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: demo
spec:
  initContainers:
  - name: first
    image: busybox:1.37
    command: ['sh', '-c', 'echo ready > /data/flag; sleep 1']
    volumeMounts: [{name: data, mountPath: /data}]
  containers:
  - name: writer
    image: busybox:1.37
    command: ['sh', '-c', 'while true; do date >> /data/log; sleep 2; done']
    volumeMounts: [{name: data, mountPath: /data}]
  - name: reader
    image: busybox:1.37
    command: ['sh', '-c', 'tail -f /data/log /data/flag']
    volumeMounts: [{name: data, mountPath: /data}]
  volumes:
  - name: data
    emptyDir: {}
`;

test('a first visit shows a pod with several containers running', async ({ page }) => {
  const complaints = listenForComplaints(page);
  await page.goto('/');
  await expect(card(page, 'writer')).toBeVisible();
  await expect(state(page, 'writer', 'Running')).toBeVisible();
  await expect(state(page, 'reader', 'Running')).toBeVisible();
  await expect(state(page, 'prepare', 'Completed')).toBeVisible();
  await expect(page.getByTestId('monaco').locator('.view-lines')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('editing shows a mistake where it is, in kubectl’s words', async ({ page }) => {
  await openWith(page, POD.replace("command: ['sh', '-c', 'tail", "comand: ['sh', '-c', 'tail"));
  await expect(page.getByText('unknown field "spec.containers[1].comand"')).toBeVisible();
  const editor = page.getByTestId('monaco');
  await expect(editor.locator('.squiggly-error, .squiggly-warning').first()).toBeVisible();

  await page.getByRole('button', { name: /^Apply/ }).click();
  const refusal = page.locator('.applied.bad');
  await expect(refusal).toBeVisible();

  await page.getByRole('button', { name: /^line \d+$/ }).click();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.insertText('m');
  await expect(page.getByText('The API server would take this.')).toBeVisible();
  await expect(refusal).toBeHidden();
  await expect(editor.locator('.squiggly-error')).toHaveCount(0);
});

test('apply, lanes, crash, restart in place, rewind, and on again', async ({ page }) => {
  await openWith(page, POD);
  await apply(page);
  await expect(page.getByText('pod/demo created')).toBeVisible();
  await expect(state(page, 'writer', 'Running')).toBeVisible();
  for (const lane of ['demo', 'first', 'writer', 'reader']) {
    await expect(page.locator('.lane-labels').getByText(lane, { exact: true })).toBeVisible();
  }

  await doTo(page, 'writer', 'End it with exit code 1');
  await expect(card(page, 'writer').getByText(/restarts 1/)).toBeVisible();
  await expect(state(page, 'writer', 'Running')).toBeVisible();
  await expect(card(page, 'reader').getByText(/restarts/)).toHaveCount(0);

  await playButton(page).click();
  const later = await clock(page);
  await page.getByRole('button', { name: 'To the start' }).click();
  await expect(page.getByText('There are no pods in the cluster')).toBeHidden();
  await expect(page.getByRole('slider', { name: 'Playhead' })).toHaveAttribute(
    'aria-valuenow',
    '0',
  );
  await page.getByRole('slider', { name: 'Playhead' }).press('End');
  await expect.poll(() => clock(page)).toBeGreaterThanOrEqual(later - 0.2);
  await expect(card(page, 'writer').getByText(/restarts 1/)).toBeVisible();
});

test('something done in the past replaces what came after, and can be undone', async ({ page }) => {
  await openWith(page, POD);
  await apply(page);
  await expect(state(page, 'writer', 'Running')).toBeVisible();
  await doTo(page, 'writer', 'End it with exit code 1');
  await expect(card(page, 'writer').getByText(/restarts 1/)).toBeVisible();
  await page.getByRole('slider', { name: 'Playhead' }).focus();
  await page.keyboard.press('PageDown');
  await expect(card(page, 'writer').getByText(/restarts 1/)).toHaveCount(0);
  await apply(page);
  await expect(page.getByText('the later step was dropped')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('slider', { name: 'Playhead' }).press('End');
  await expect(card(page, 'writer').getByText(/restarts 1/)).toBeVisible();
});

test('the terminal is the workstation’s shell', async ({ page }) => {
  await openWith(page, POD);
  await apply(page);
  await expect(state(page, 'writer', 'Running')).toBeVisible();
  await page.getByRole('tab', { name: 'Terminal' }).click();
  const screen = page.locator('.xterm-accessibility-tree');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
  await page.keyboard.type('kubectl get pods');
  await page.keyboard.press('Enter');
  await expect(screen).toContainText('READY');
  await expect(screen).toContainText('demo');
  await page.keyboard.type('cat pod.yaml | head -2');
  await page.keyboard.press('Enter');
  await expect(screen).toContainText('kind: Pod');
  // What it says is no part of the engine: the worker fetches it.
  await page.keyboard.type('kubectl explain pod.spec.hostname');
  await page.keyboard.press('Enter');
  await expect(screen).toContainText('FIELD: hostname');
});

test('logs, events, description and status are views of the same moment', async ({ page }) => {
  await openWith(page, POD);
  await apply(page);
  await expect(state(page, 'reader', 'Running')).toBeVisible();
  await expect(page.getByLabel('Log lines').getByText('ready', { exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'Events' }).click();
  await expect(page.getByRole('cell', { name: 'Scheduled', exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'Status', exact: true }).click();
  await expect(page.getByLabel('The object in YAML')).toContainText('containerStatuses');
  await page.getByRole('tab', { name: 'Describe' }).click();
  await expect(page.getByLabel('Description of the pod')).toContainText('Init Containers:');
  await page.getByRole('tab', { name: 'Statechart' }).click();
  await expect(page.getByRole('img', { name: /^Statechart/ })).toBeVisible();
});

test('a reload keeps files, run, moment, tab and theme', async ({ page }) => {
  await openWith(page, POD);
  await apply(page);
  await setSpeed(page, 10);
  await expect.poll(() => clock(page)).toBeGreaterThan(8);
  await playButton(page).click();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await page.getByRole('button', { name: 'New file' }).click();
  await expect(page.getByRole('tab', { name: 'file.yaml' })).toBeVisible();
  const moment = await clock(page);
  await page.reload();
  await expect(playButton(page)).toBeEnabled();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('tab', { name: 'file.yaml' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Events' })).toHaveAttribute('aria-selected', 'true');
  await expect.poll(() => clock(page)).toBeCloseTo(moment, 1);
  await expect(state(page, 'writer', 'Running')).toBeVisible();
});

test('a shared link opens the same lab at the same moment', async ({ page, context }) => {
  await openWith(page, POD);
  await apply(page);
  await expect(state(page, 'writer', 'Running')).toBeVisible();
  await doTo(page, 'writer', 'End it with exit code 1');
  await expect(card(page, 'writer').getByText(/restarts 1/)).toBeVisible();
  await playButton(page).click();
  await page.getByRole('button', { name: 'Share this lab' }).click();
  const field = page.getByRole('textbox', { name: 'Link' });
  await expect(field).toHaveValue(/#lab=/);
  const link = await field.inputValue();
  const moment = await clock(page);

  const other = await (await context.browser()?.newContext())?.newPage();
  if (!other) throw new Error('no second page');
  await other.goto(link);
  await expect(playButton(other)).toBeEnabled();
  await expect.poll(() => clock(other)).toBeCloseTo(moment, 1);
  await expect(card(other, 'writer').getByText(/restarts 1/)).toBeVisible();
  await other.close();
});

test('work goes into one file and comes back from it', async ({ page }) => {
  await openWith(page, POD);
  await apply(page);
  await expect(state(page, 'writer', 'Running')).toBeVisible();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /Export my work/ }).click();
  const file = await (await download).path();

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: /empty cluster/ }).click();
  await expect(page.getByText('There are no pods in the cluster')).toBeVisible();

  await page.getByRole('button', { name: 'More', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: /Import/ }).click();
  await (await chooser).setFiles(file);
  await expect(state(page, 'writer', 'Running')).toBeVisible();
});
