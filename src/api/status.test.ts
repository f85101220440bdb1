import { describe, expect, it } from 'vitest';
import {
  ApiError,
  alreadyExistsError,
  badRequestError,
  conflictError,
  forbiddenError,
  internalError,
  invalidError,
  kubectlErrorsText,
  kubectlErrorText,
  notFoundError,
} from './status';
import { invalid, required } from './validation/field-error';

const AT = { verb: 'creating', source: 'pod.yaml' };

describe('refusals', () => {
  it('carry a Status with code, reason and details', () => {
    const error = notFoundError({ group: 'apps', name: 'deployments' }, 'web');
    expect(error).toBeInstanceOf(ApiError);
    expect(error.message).toBe('deployments.apps "web" not found');
    expect(error.status).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      code: 404,
      reason: 'NotFound',
      details: { name: 'web', group: 'apps', kind: 'deployments' },
    });
    expect(alreadyExistsError('pods', 'web').status.code).toBe(409);
    expect(conflictError('pods', 'web').status.reason).toBe('Conflict');
    expect(internalError('boom').message).toBe('Internal error occurred: boom');
  });

  it('are worded by kubectl', () => {
    expect(kubectlErrorText(forbiddenError('pods', 'web', 'no').status, AT)).toBe(
      'Error from server (Forbidden): error when creating "pod.yaml": pods "web" is forbidden: no',
    );
    expect(kubectlErrorText(badRequestError('what?').status)).toBe(
      'Error from server (BadRequest): what?',
    );
  });

  it('of invalid objects list each field once', () => {
    const name = required('spec.containers[0].name');
    const one = invalidError('Pod', 'web', [name]);
    expect(one.message).toBe('Pod "web" is invalid: spec.containers[0].name: Required value');
    expect(kubectlErrorText(one.status, AT)).toBe(
      'The Pod "web" is invalid: spec.containers[0].name: Required value',
    );
    const two = invalidError('Pod', 'web', [name, name, invalid('spec.os', 'x', 'bad')]);
    expect(kubectlErrorText(two.status)).toBe(
      'The Pod "web" is invalid: \n* spec.containers[0].name: Required value\n* spec.os: Invalid value: "x": bad',
    );
  });
});

describe('the end of kubectl create', () => {
  const missing = notFoundError('namespaces', 'x').status;

  it('is one error as it is', () => {
    expect(kubectlErrorsText([], [], AT)).toBe('');
    expect(kubectlErrorsText([], ['no objects'], AT)).toBe('error: no objects');
    expect(kubectlErrorsText([missing], [], AT)).toBe(
      'Error from server (NotFound): error when creating "pod.yaml": namespaces "x" not found',
    );
  });

  it('is a line for each of several', () => {
    expect(kubectlErrorsText([], ['a', 'b'], AT)).toBe('a\nb');
    const lines = kubectlErrorsText([missing, missing], ['a', 'b'], AT).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toBe('[a, b]');
    const invalidPod = invalidError('Pod', 'p', [required('spec')]).status;
    expect(kubectlErrorsText([invalidPod, missing], [], AT).split('\n')[0]).toBe(
      'Error from server (Invalid): error when creating "pod.yaml": Pod "p" is invalid: spec: Required value',
    );
  });
});
