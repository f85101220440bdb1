import { describe, expect, it } from 'vitest';
import { storyRecords } from '../testdata/fixture-story';
import type { Lane } from './lane';
import { LaneBuilder } from './lane-builder';

function lanesAt(t: number): Map<string, Lane> {
  const builder = new LaneBuilder();
  for (const record of storyRecords(t)) builder.push(record);
  return builder.lanes;
}

function kinds(lane: Lane | undefined) {
  return lane?.segments.map((segment) => segment.kind);
}

describe('LaneBuilder', () => {
  it('makes one lane per pod, container, volume and network', () => {
    expect([...lanesAt(20_000).keys()].sort()).toEqual([
      'default/webserver',
      'default/webserver fetch-page',
      'default/webserver log-collector',
      'default/webserver nginx',
      'default/webserver ⇄',
      'default/webserver ▤logs-volume',
      'default/webserver ▤pages',
    ]);
  });

  it('turns a running instance into a failed one with its exit code', () => {
    const lane = lanesAt(3000).get('default/webserver log-collector');
    expect(kinds(lane)).toEqual(['created', 'failed', 'rest-failed']);
    expect(lane?.segments[1]).toMatchObject({ from: 2300, to: 2420, exitCode: 1, attempt: 0 });
  });

  it('draws a back-off up to where it is due, counted from the end of the instance', () => {
    const backoff = lanesAt(6000).get('default/webserver log-collector')?.segments.at(-1);
    expect(backoff).toMatchObject({
      kind: 'backoff',
      from: 4110,
      to: undefined,
      dueAt: 13_210,
      label: 'back-off 10 s',
    });
  });

  it('closes the back-off when the next instance is created', () => {
    const lane = lanesAt(15_000).get('default/webserver log-collector');
    const backoff = lane?.segments.find((segment) => segment.kind === 'backoff');
    expect(backoff?.to).toBe(14_840);
    expect(lane?.segments.at(-1)).toMatchObject({ kind: 'running', attempt: 2, to: undefined });
  });

  it('never lets segments of a lane overlap', () => {
    for (const lane of lanesAt(200_000).values()) {
      lane.segments.forEach((segment, i) => {
        const next = lane.segments[i + 1];
        if (next) expect(segment.to).toBeLessThanOrEqual(next.from);
      });
    }
  });

  it('closes every lane of a pod that is deleted', () => {
    const builder = new LaneBuilder();
    for (const record of storyRecords(5000)) builder.push(record);
    builder.push({ t: 6000, type: 'pod.deleted', pod: 'default/webserver' });
    for (const lane of builder.lanes.values()) {
      for (const segment of lane.segments) expect(segment.to).toBeDefined();
    }
  });

  it('marks refused requests apart from answered ones, and reads not at all', () => {
    const builder = new LaneBuilder();
    const net = { type: 'net', pod: 'default/a', source: 'x', destination: 'localhost', port: 1 };
    builder.push({ ...net, t: 1, outcome: 'refused' });
    builder.push({ ...net, t: 2, outcome: 'ok' });
    builder.push({
      t: 3,
      type: 'file',
      pod: 'default/a',
      volume: 'v',
      path: 'p',
      operation: 'read',
    });
    expect(builder.lanes.get('default/a ⇄')?.marks.map((mark) => mark.kind)).toEqual([
      'refused',
      'request',
    ]);
    expect(builder.lanes.has('default/a ▤v')).toBe(false);
  });
});
