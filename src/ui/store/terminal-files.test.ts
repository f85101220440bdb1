import { beforeEach, describe, expect, it } from 'vitest';
import { openFiles, update, usePage } from './store';
import { isBorrowed, receiveFiles, tabOf } from './terminal-files';

function texts(): string[] {
  return usePage.getState().files.map(({ path, text }) => `${path}: ${text}`);
}

function act(): void {
  usePage.getState().notices.at(-1)?.action?.run();
}

describe('files that the terminal changes', () => {
  beforeEach(() => {
    update({ notices: [] });
    openFiles([{ path: 'pod.yaml', text: 'old' }], undefined);
  });

  it('are followed by their tab, which can be undone', () => {
    receiveFiles([{ path: 'pod.yaml', text: 'new' }], () => true);
    expect(texts()).toEqual(['pod.yaml: new']);
    act();
    expect(texts()).toEqual(['pod.yaml: old']);
  });

  it('do not overwrite what was written in the editor meanwhile', () => {
    receiveFiles([{ path: 'pod.yaml', text: 'new' }], () => false);
    expect(texts()).toEqual(['pod.yaml: old']);
    expect(usePage.getState().notices.at(-1)?.text).toContain('differs');
    act();
    expect(texts()).toEqual(['pod.yaml: new']);
  });

  it('are offered when they are new manifests, and left alone otherwise', () => {
    receiveFiles([{ path: '.ash_history', text: 'ls' }], () => true);
    receiveFiles([{ path: 'pod.yaml', text: 'old' }], () => true);
    expect(usePage.getState().notices).toEqual([]);
    receiveFiles([{ path: 'svc.yaml', text: 'kind: Service' }], () => true);
    act();
    expect(texts()).toEqual(['pod.yaml: old', 'svc.yaml: kind: Service']);
  });

  it('have the names that the editor gives them', () => {
    expect(tabOf('/root/pod.yaml')).toBe('pod.yaml');
    expect(tabOf('/tmp/x.yaml')).toBe('/tmp/x.yaml');
    expect(isBorrowed('/tmp/x.yaml')).toBe(true);
    expect(isBorrowed('pod.yaml')).toBe(false);
  });
});
