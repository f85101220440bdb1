import type { Command } from '../command';
import { apiResources, apiVersions } from './api-resources';
import { apply } from './apply';
import { attach } from './attach';
import { auth } from './auth';
import { autoscale } from './autoscale';
import { clusterInfo } from './cluster-info';
import { completion } from './completion';
import { config } from './config';
import { cp } from './cp';
import { create } from './create';
import { debug } from './debug';
import { deleteCommand } from './delete';
import { describe } from './describe';
import { diff } from './diff';
import { cordon, drain, uncordon } from './drain';
import { edit } from './edit';
import { events } from './events';
import { exec } from './exec';
import { explain } from './explain';
import { expose } from './expose';
import { get } from './get';
import { kustomize } from './kustomize';
import { annotate, label } from './label';
import { logs } from './logs';
import { options } from './options';
import { patch } from './patch';
import { portForward } from './port-forward';
import { replace } from './replace';
import { rollout } from './rollout';
import { runCommand } from './run';
import { scale } from './scale';
import { set } from './set';
import { taint } from './taint';
import { top } from './top';
import { version } from './version';
import { wait } from './wait';

/** All commands, in the order of kubectl's own groups. */
export const ROOT: Command = {
  name: 'kubectl',
  summary: 'kubectl controls the Kubernetes cluster manager.',
  subcommands: [
    create,
    runCommand,
    get,
    deleteCommand,
    describe,
    logs,
    attach,
    exec,
    portForward,
    apply,
    events,
    annotate,
    label,
    wait,
    patch,
    set,
    rollout,
    scale,
    autoscale,
    expose,
    replace,
    diff,
    kustomize,
    cp,
    debug,
    edit,
    cordon,
    drain,
    uncordon,
    taint,
    top,
    explain,
    apiResources,
    apiVersions,
    version,
    clusterInfo,
    config,
    auth,
    completion,
    options,
  ],
};
