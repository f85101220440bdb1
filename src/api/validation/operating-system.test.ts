import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../types';
import { errorText } from './field-error';
import { validateHostProcess, validateOs, validateWindowsOptions } from './operating-system';

const containers = [{ name: 'a', image: 'b' }];

function osErrors(spec: object): string[] {
  return validateOs({ containers, ...spec } as PodSpec, 'spec').map(errorText);
}

describe('validateOs', () => {
  it('wants one of two systems', () => {
    expect(osErrors({ os: { name: '' } })).toEqual(['spec.os.name: Required value']);
    expect(osErrors({ os: { name: 'plan9' } })).toEqual([
      'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"',
    ]);
  });

  it('keeps what only one system has from the other', () => {
    const windowsOptions = { hostProcess: true };
    expect(osErrors({ os: { name: 'linux' }, securityContext: { windowsOptions } })).toEqual([
      'spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    ]);
    const windows = { os: { name: 'windows' }, hostPID: true, securityContext: { fsGroup: 1 } };
    const inContainer = [{ ...containers[0], securityContext: { privileged: false } }];
    expect(osErrors({ ...windows, containers: inContainer })).toEqual([
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod',
      'spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
    ]);
  });
});

describe('validateHostProcess', () => {
  it('wants all containers to be such processes, on the network of the host', () => {
    const spec = {
      securityContext: { windowsOptions: { hostProcess: true } },
      containers: [
        ...containers,
        { name: 'c', image: 'b', securityContext: { windowsOptions: { hostProcess: false } } },
      ],
    };
    expect(validateHostProcess(spec as PodSpec, 'spec').map(errorText)).toEqual([
      'spec.containers[1].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true',
      'spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers',
      'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
    ]);
    expect(validateHostProcess({ containers } as PodSpec, 'spec')).toEqual([]);
  });
});

describe('validateWindowsOptions', () => {
  it('knows what a user may be called', () => {
    const problems = (runAsUserName: string) =>
      validateWindowsOptions({ runAsUserName }, 'w').map(({ detail }) => detail);
    expect(problems('DOMAIN\\user')).toEqual([]);
    expect(problems('a\\b\\c')).toEqual(['runAsUserName cannot contain more than one backslash']);
    expect(problems('DOMAIN\\')).toEqual(["runAsUserName's User cannot be empty"]);
    expect(problems('...')).toEqual(["runAsUserName's User cannot contain only periods or spaces"]);
  });
});
