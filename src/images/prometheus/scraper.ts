import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import type { Labels } from '../exporters/exposition';
import { goDial, goQuote } from '../exporters/go-program';
import { exchange } from '../http/client';
import type { Target } from './config';
import { parseExposition, type SeriesStore } from './series';

/** How a target did when it was scraped last. */
export interface TargetState {
  readonly target: Target;
  health: 'unknown' | 'up' | 'down';
  lastError: Bytes;
  /** Unix ms; 0: never. */
  lastScrapeMs: number;
  /** Seconds. */
  lastDuration: number;
}

export function targetUrl({ instance, path }: Target): Bytes {
  return `http://${instance}${path}`;
}

/** Labels that every series of a target gets. */
export function targetLabels({ instance, job, labels }: Target): Labels {
  return [['instance', instance], ['job', job], ...labels];
}

/** Scrapes a target for ever, from a moment within its first interval on. Models scrape/scrape.go. */
export function* scrapeForever(sys: Sys, state: TargetState, store: SeriesStore): Call<void> {
  const { target } = state;
  yield* sys.sleep(sys.random(target.intervalMs));
  for (;;) {
    const startedMs = sys.nowMs;
    const result = yield* scrape(sys, target);
    const failed = 'error' in result;
    state.health = failed ? 'down' : 'up';
    state.lastError = failed ? result.error : '';
    state.lastScrapeMs = startedMs;
    state.lastDuration = (sys.nowMs - startedMs) / 1000;
    const labels = targetLabels(target);
    const add = (name: Bytes, value: number) =>
      store.set({ name, labels: [], value }, labels, startedMs);
    if (!failed) for (const sample of result.samples) store.set(sample, labels, startedMs);
    add('up', failed ? 0 : 1);
    add('scrape_duration_seconds', state.lastDuration);
    add('scrape_samples_scraped', failed ? 0 : result.samples.length);
    yield* sys.sleep(Math.max(1, startedMs + target.intervalMs - sys.nowMs));
  }
}

function* scrape(
  sys: Sys,
  target: Target,
): Call<
  { readonly samples: ReturnType<typeof parseExposition> & object } | { readonly error: Bytes }
> {
  const url = targetUrl(target);
  const [host = '', port = '80'] = target.instance.split(':');
  const failed = (error: Bytes) => ({ error: `Get ${goQuote(url)}: ${error}` });
  const fd = yield* goDial(sys, host, Number(port), target.timeoutMs);
  if (typeof fd !== 'number') return failed(fd.error);
  try {
    const request = `GET ${target.path} HTTP/1.1\r\nHost: ${target.instance}\r\nUser-Agent: Prometheus/3.7.3\r\nAccept: text/plain;version=0.0.4;q=0.3,*/*;q=0.2\r\nX-Prometheus-Scrape-Timeout-Seconds: ${target.timeoutMs / 1000}\r\nConnection: close\r\n\r\n`;
    const response = yield* exchange(sys, fd, request, {
      deadlineMs: sys.nowMs + target.timeoutMs,
    });
    if (response === 'late') return failed('context deadline exceeded');
    if (typeof response === 'string') return failed('EOF');
    if (response.status !== 200) {
      const reason = response.reason === '' ? '' : ` ${response.reason}`;
      return { error: `server returned HTTP status ${response.status}${reason}` };
    }
    const samples = parseExposition(response.body);
    if (!samples) return { error: 'expected value after metric, got "INVALID"' };
    return { samples };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return failed(error.message.toLowerCase());
  } finally {
    sys.close(fd);
  }
}
