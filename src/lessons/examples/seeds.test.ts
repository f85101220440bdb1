import { describe, expect, it } from 'vitest';
import type { ClusterSimulator } from '../../lab/simulator-api';
import { advanceTo, applied, columns } from './test-examples';
import * as companions from './test-seed-companions';
import * as inits from './test-seed-inits';
import * as production from './test-seed-production';
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

/** A pod whose containers wait for something that the notes do not show. */
const waiting = (
  example: string,
  ready: string,
  status: RegExp,
  afterwards: Row['afterwards'],
): Row => ({ example, ready, status, afterwards });

const CREATING = /^ContainerCreating$/;

/** The 22 manifests of the notes, each exactly as it stands there. */
const ROWS: readonly Row[] = [
  running('webserver-with-logging-sidecar', '2/2', sidecars.logCollectorShowsRequests),
  waiting(
    'redis-with-ambassador',
    '1/2',
    /^(Error|CrashLoopBackOff)$/,
    sidecars.ambassadorCannotBind,
  ),
  running('app-with-monitoring-adapter', '2/2', sidecars.metricsAreTheApps),
  running('multi-container-pod', '2/2', sidecars.logAgentSeesNothingOfTheApp),
  running('app-with-cache', '2/2', sidecars.appOutlivesItsCache),
  running('shared-volume-pod', '2/2', sidecars.readerLogsTheWritersFile),
  running('ipc-pod', '2/2', sidecars.signalsCrossContainers),
  waiting('webapp-with-logging', '0/2', CREATING, companions.logShipperCollects),
  running('app-with-metrics', '2/2', sidecars.exporterCountsTheAppsRequests),
  running('app-with-adapter', '2/2', sidecars.convertedLogIsTheAppsLog),
  running('database-with-adapter', '2/2', sidecars.restAdapterAsksTheDatabase),
  waiting('app-with-ambassador', '0/2', CREATING, companions.queriesGoThroughTheAmbassador),
  waiting('app-with-gateway', '0/2', CREATING, companions.gatewayRefusesAndLimits),
  running('init-demo', '1/1', inits.initTakesFiveSeconds),
  waiting('webapp', '0/1', /^Init:0\/2$/, inits.shortNamesAreNeverFound),
  running('git-sync-pod', '1/1', companions.nginxServesTheClone),
  waiting('app-with-migration', '0/1', /^Init:0\/1$/, companions.migrationWaitsThreeTimes),
  waiting(
    'config-downloader',
    '0/1',
    /^Init:(Error|CrashLoopBackOff)$/,
    companions.downloadsSucceedInTheEnd,
  ),
  running('permission-setup', '1/1', inits.volumeHasOwnersAndModes),
  waiting('production-app', '0/4', /^Init:0\/2$/, production.deploymentRunsAndRolls),
  running('multi-container-pod-short', '2/2', sidecars.sidecarLogsWhatMainAnswers),
  running('init-container-pod', '1/1', inits.initsRunInOrder),
];

/** Real ms: the Deployment's story is a long one for a busy machine. */
const PATIENCE_MS = 60_000;

describe.each(ROWS)('$example', ({ example, ready, status, afterwards }) => {
  const word = status.source.replace(/[\\^$]/g, '');
  it(
    `is ${ready} ${word} at 60 s on a bare cluster, and afterwards ${afterwards.name}`,
    () => {
      const simulator = applied(example);
      advanceTo(simulator, 60);
      expect(columns(simulator)).toEqual({ ready, status: expect.stringMatching(status) });
      afterwards(simulator);
    },
    PATIENCE_MS,
  );
});
