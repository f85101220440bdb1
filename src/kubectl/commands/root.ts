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

/**
 * All commands, in the order of kubectl's own groups: suggestions for a mistyped name come in this order.
 * Models the groups of pkg/cmd/cmd.go.
 */
export const ROOT: Command = {
  name: 'kubectl',
  summary: 'kubectl controls the Kubernetes cluster manager.',
  subcommands: [
    create,
    expose,
    runCommand,
    set,
    explain,
    get,
    edit,
    deleteCommand,
    rollout,
    scale,
    autoscale,
    clusterInfo,
    top,
    cordon,
    uncordon,
    drain,
    taint,
    describe,
    logs,
    attach,
    exec,
    portForward,
    cp,
    auth,
    debug,
    events,
    diff,
    apply,
    patch,
    replace,
    wait,
    kustomize,
    label,
    annotate,
    completion,
    config,
    version,
    apiVersions,
    apiResources,
    options,
  ],
};
