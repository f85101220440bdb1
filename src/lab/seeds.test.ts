import { describe, expect, it } from 'vitest';
import type { ClusterSimulator } from './simulator-api';
import { advanceTo, applied, columns } from './test-examples';
import * as inits from './test-seed-inits';
import * as sidecars from './test-seed-sidecars';

interface Row {
  readonly example: string;
  /** kubectl's READY and STATUS at 60 s on a bare cluster. */
  readonly ready: string;
  readonly status: RegExp;
  /** What happens from then on. */
  readonly afterwards: (simulator: ClusterSimulator) => void;
}

const running = (example: string, ready: string, afterwards: Row['afterwards']): Row => ({
  example,
  ready,
  status: /^Running$/,
  afterwards,
});

/** The 22 manifests of the notes, each exactly as it stands there. */
const ROWS: readonly Row[] = [
  running('webserver-with-logging-sidecar', '2/2', sidecars.logCollectorShowsRequests),
  {
    example: 'redis-with-ambassador',
    ready: '1/2',
    status: /^(Error|CrashLoopBackOff)$/,
    afterwards: sidecars.ambassadorCannotBind,
  },
  running('app-with-monitoring-adapter', '2/2', sidecars.metricsAreTheApps),
  running('multi-container-pod', '2/2', sidecars.logAgentSeesNothingOfTheApp),
  running('app-with-cache', '2/2', sidecars.appOutlivesItsCache),
  running('shared-volume-pod', '2/2', sidecars.readerLogsTheWritersFile),
  running('ipc-pod', '2/2', sidecars.signalsCrossContainers),
  running('app-with-metrics', '2/2', sidecars.exporterCountsTheAppsRequests),
  running('app-with-adapter', '2/2', sidecars.convertedLogIsTheAppsLog),
  running('database-with-adapter', '2/2', sidecars.restAdapterAsksTheDatabase),
  running('init-demo', '1/1', inits.initTakesFiveSeconds),
  {
    example: 'webapp',
    ready: '0/1',
    status: /^Init:0\/2$/,
    afterwards: inits.shortNamesAreNeverFound,
  },
  {
    example: 'config-downloader',
    ready: '0/1',
    status: /^Init:(Error|CrashLoopBackOff)$/,
    afterwards: inits.waitsGetLonger,
  },
  running('permission-setup', '1/1', inits.volumeHasOwnersAndModes),
  running('multi-container-pod-short', '2/2', sidecars.sidecarLogsWhatMainAnswers),
  running('init-container-pod', '1/1', inits.initsRunInOrder),
];

describe.each(ROWS)('$example', ({ example, ready, status, afterwards }) => {
  it(`is ${ready} ${status.source.replace(/[\\^$]/g, '')} at 60 s, and then ${afterwards.name}`, () => {
    const simulator = applied(example);
    advanceTo(simulator, 60);
    expect(columns(simulator)).toEqual({ ready, status: expect.stringMatching(status) });
    afterwards(simulator);
  });
});
