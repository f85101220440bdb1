import * as Comlink from 'comlink';
import { LabSession } from './ui/session/lab-session';
import { workerHost } from './ui/session/worker-host';
import { createFixtureSimulator } from './ui/testdata/fixture-simulator';

Comlink.expose(new LabSession(createFixtureSimulator, workerHost()));
