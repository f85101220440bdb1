import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { apply, card, clock, doTo, openWith, playButton, setSpeed, state } from './lab-page.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: demo
  labels: {app: demo}
spec:
  initContainers:
  - name: first
    image: busybox:1.37
    command: ['sh', '-c', 'echo ready > /data/flag']
    volumeMounts: [{name: data, mountPath: /data}]
  containers:
  - name: writer
    image: busybox:1.37
    command: ['sh', '-c', 'while true; do date >> /data/log; sleep 2; done']
    volumeMounts: [{name: data, mountPath: /data}]
    resources: {limits: {memory: 32Mi}}
  - name: reader
    image: busybox:1.37
    command: ['sh', '-c', 'tail -f /data/log']
    volumeMounts: [{name: data, mountPath: /data}]
  volumes:
  - name: data
    emptyDir: {}
`;

const NGINX = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx:1.29
`;

async function breakSomething(page: Page, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Break something' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function running(page: Page): Promise<void> {
  await openWith(page, POD);
  await apply(page);
  await expect(state(page, 'writer', 'Running')).toBeVisible();
}

async function complaintsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude('.monaco-editor').analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target}`));
}

test('a node that is cut off is shown as broken, and mended', async ({ page }) => {
  await running(page);
  await breakSomething(page, 'Cut it off');
  const broken = page.getByRole('list', { name: 'Broken at present' });
  await expect(broken).toContainText('node-1 cut off');
  await expect(page.locator('.lane-labels').getByText('cluster')).toBeVisible();
  await breakSomething(page, 'Name servers do not answer');
  await expect(broken.getByRole('listitem')).toHaveCount(2);
  expect(await complaintsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Mend: node-1 cut off' }).click();
  await expect(broken.getByRole('listitem')).toHaveCount(1);

  // What was broken belongs to the moment: before the fault nothing is, afterwards it is again.
  await page.getByRole('slider', { name: 'Playhead' }).press('Home');
  await expect(broken).toBeHidden();
  await page.getByRole('slider', { name: 'Playhead' }).press('End');
  await expect(broken).toContainText('name servers do not answer');
});

test('what is broken is broken on the node that is chosen', async ({ page }) => {
  await openWith(page, POD, 'pod.yaml', { nodes: 2 });
  await apply(page);
  await expect(page.getByText('2 nodes Ready')).toBeVisible();
  await page.getByRole('button', { name: 'Break something' }).click();
  await page.getByRole('menuitemradio', { name: 'node-2' }).click();
  expect(await complaintsOf(page)).toEqual([]);
  await page.getByRole('menuitem', { name: 'Cut it off' }).click();
  await expect(page.getByRole('list', { name: 'Broken at present' })).toContainText('node-2 cut');
  // Opened again, it offers the node of the pod that is shown.
  await page.getByRole('button', { name: 'Break something' }).click();
  await expect(page.getByRole('menuitemradio', { name: 'node-1' })).toBeChecked();
});

test('a leak beyond the limit ends in OOMKilled', async ({ page }) => {
  await running(page);
  await doTo(page, 'writer', /Let it leak memory/);
  const dialog = page.getByRole('dialog', { name: 'Let writer leak memory' });
  await expect(dialog).toContainText('32 MiB');
  await dialog.getByRole('button', { name: 'Break it' }).click();
  await expect(dialog).toBeHidden();
  await expect(card(page, 'writer').getByText(/restarts 1/)).toBeVisible();
  await page.getByRole('tab', { name: 'Status', exact: true }).click();
  await expect(page.getByLabel('The object in YAML')).toContainText('OOMKilled');
});

test('a pull fails with the registry’s words, until it is mended', async ({ page }) => {
  await openWith(page, NGINX);
  await breakSomething(page, /Let pulls of an image fail/);
  const dialog = page.getByRole('dialog', { name: 'Let pulls of an image fail' });
  await dialog.getByLabel('Image').fill('nginx:1.29');
  await dialog.getByRole('button', { name: 'Break it' }).click();
  await apply(page);
  await expect(
    card(page, 'web')
      .getByText(/ErrImagePull|ImagePullBackOff/)
      .first(),
  ).toBeVisible();
  await page.getByRole('tab', { name: 'Events' }).click();
  await expect(page.getByText(/429 Too Many Requests/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Mend: pulls of nginx:1.29 fail' }).click();
  await setSpeed(page, 10);
  await expect(state(page, 'web', 'Running')).toBeVisible();
});

test('a form that asks for the impossible says so and stays', async ({ page }) => {
  await running(page);
  await breakSomething(page, /Cut off one host/);
  const dialog = page.getByRole('dialog', { name: 'Cut off a host' });
  await dialog.getByLabel('Host').fill('nobody.example');
  await dialog.getByRole('button', { name: 'Break it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('no host is called "nobody.example"');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('what would restart if: futures beside each other, and the lab stays as it is', async ({
  page,
}) => {
  test.slow();
  await running(page);
  await playButton(page).click();
  const moment = await clock(page);
  await page.getByRole('button', { name: 'Do something to pod demo' }).click();
  await page.getByRole('menuitem', { name: /What would restart if/ }).click();
  const dialog = page.getByRole('dialog', { name: 'What would restart in demo if …' });
  const future = (name: string) => dialog.getByRole('button', { name });
  await expect(future('writer exits with code 1')).toContainText('writer restarts.');
  await expect(future('writer exceeds its memory limit')).toContainText('writer restarts.');
  await expect(future('the sandbox is lost')).toContainText(
    'Both containers restart, init containers run again.',
  );
  await expect(future('the kubelet restarts')).toContainText('Nothing restarts.');
  await expect(future('the Pod is deleted')).toContainText('the Pod ends');
  await future('the sandbox is lost').click();
  const facts = dialog.getByRole('list', { name: 'What changes and what stays' });
  await expect(facts).toContainText('same Pod, same UID');
  await expect(facts).toContainText('new IP');
  await expect(facts).toContainText('files of data kept');
  await expect(dialog.getByRole('row', { name: /writer/ })).toContainText('(+1)');
  await expect(dialog.getByRole('progressbar')).toBeHidden();
  expect(await complaintsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await clock(page)).toBeCloseTo(moment, 1);
  await expect(card(page, 'writer').getByText(/restarts/)).toHaveCount(0);
});

test('how true it is, and what is not simulated, can be read and linked', async ({ page }) => {
  await openWith(page, POD.replace('spec:\n', 'spec:\n  hostPID: true\n'));
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: /How true is it/ }).click();
  const fidelity = page.getByRole('dialog', { name: 'How true is it?' });
  await expect(fidelity).toContainText('Kubernetes 1.36');
  await expect(fidelity.getByRole('row', { name: /Back-off/ })).toContainText(/\d+\/\d+/);
  expect(await complaintsOf(page)).toEqual([]);
  await fidelity.getByRole('link', { name: 'its own page' }).click();
  const limits = page.getByRole('dialog', { name: 'What is not simulated' });
  await expect(limits).toContainText('NetworkPolicy');
  expect(await complaintsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  await apply(page);
  const note = page.getByRole('list', { name: 'Not simulated' });
  await expect(note).toContainText('hostPID and hostIPC');
  await note.getByRole('link').click();
  await expect(limits.locator('.named')).toContainText('hostPID');
});

test('vi in the terminal opens the editor, and saving there lets it go on', async ({ page }) => {
  await running(page);
  await page.getByRole('tab', { name: 'Terminal' }).click();
  const screen = page.locator('.xterm-accessibility-tree');
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('kubectl edit pod demo');
  await page.keyboard.press('Enter');
  const save = page.getByRole('button', { name: 'Save and close' });
  await expect(save).toBeVisible();
  await expect(page.getByRole('tab', { name: /kubectl-edit/ })).toBeVisible();
  await page.getByTestId('monaco').locator('.view-lines').click();
  await page.keyboard.press('Control+f');
  await page.keyboard.insertText('app: demo');
  await page.keyboard.press('Escape');
  await page.keyboard.insertText('app: other');
  expect(await complaintsOf(page)).toEqual([]);
  await save.click();
  await expect(screen).toContainText('pod/demo edited');
  await expect(page.getByRole('tab', { name: /kubectl-edit/ })).toHaveCount(0);
  await page.getByRole('tab', { name: 'Status', exact: true }).click();
  await page.getByRole('button', { name: 'metadata', exact: true }).click();
  await expect(page.getByLabel('The object in YAML')).toContainText('app: other');
});

test('what the terminal writes comes back into the editor', async ({ page }) => {
  await running(page);
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('sed -i s/demo/diary/ pod.yaml; echo "kind: Pod" > more.yaml');
  await page.keyboard.press('Enter');
  await expect(page.getByText('pod.yaml was changed in the terminal.')).toBeVisible();
  await expect(page.getByTestId('monaco').getByText('diary').first()).toBeVisible();
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByRole('tab', { name: 'more.yaml' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
});

test('the statechart names the transition that was taken last', async ({ page }) => {
  await running(page);
  await playButton(page).click();
  await page.getByRole('tab', { name: 'Statechart' }).click();
  await page.getByLabel('Whose statechart').selectOption({ label: 'Pod demo' });
  await expect(page.getByText('is in syncing ▸ running; last: run')).toBeVisible();
  await expect(page.locator('.chart .edge.taken')).not.toHaveCount(0);
  await expect(page.locator('.chart .state.lit')).toHaveCount(1);
});
