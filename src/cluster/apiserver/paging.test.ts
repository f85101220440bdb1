import { expect, it } from 'vitest';
import { createKernel } from '../../kernel/kernel';
import { createApiServer } from './server';

function lab() {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const { client } = createApiServer({ kernel });
  const make = (name: string) =>
    client.create('configmaps', 'kube-public', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
    });
  for (const name of ['a', 'b', 'c', 'd']) make(name);
  return { kernel, client, make };
}

it('gives a list in pages, all of one revision', () => {
  const { client, make } = lab();
  const options = { namespace: 'kube-public', limit: 2 };
  const names: (string | undefined)[] = [];
  let page = client.list('configmaps', options);
  expect(page.remainingItemCount).toBe(3);
  const { resourceVersion } = page;
  make('aa');
  for (;;) {
    names.push(...page.items.map(({ metadata }) => metadata.name));
    expect(page.resourceVersion).toBe(resourceVersion);
    if (page.continue === undefined) break;
    page = client.list('configmaps', { ...options, continue: page.continue });
  }
  expect(names).toEqual(['a', 'b', 'c', 'd', 'kube-root-ca.crt']);
});

it('does not know how many a selection has left', () => {
  const { client } = lab();
  const page = client.list('configmaps', { labelSelector: '!x', limit: 1 });
  expect(page.continue).toBeDefined();
  expect(page.remainingItemCount).toBeUndefined();
});

it('refuses pages that are too old, and what is no page', () => {
  const { client, make } = lab();
  const options = { namespace: 'kube-public', limit: 1 };
  const first = client.list('configmaps', options);
  for (let i = 0; i < 20; i++) {
    make(`n${i}`);
    client.list('configmaps', options);
  }
  expect(() => client.list('configmaps', { ...options, continue: first.continue })).toThrow(
    'The provided continue parameter is too old to display a consistent list result.',
  );
  expect(() => client.list('configmaps', { ...options, continue: 'x' })).toThrow(
    'continue key is not valid',
  );
});

it('tells watches that want it how far they have come', () => {
  const { client, kernel, make } = lab();
  const { resourceVersion } = client.list('secrets');
  const watch = client.watch('secrets', { resourceVersion, allowWatchBookmarks: true });
  make('z');
  kernel.clock.runUntil(61_000);
  const event = watch.take();
  expect(event).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Secret' } });
  expect(Number(event?.object.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
  watch.close();
  kernel.clock.runUntil(200_000);
  expect(watch.take()).toBeUndefined();
});
