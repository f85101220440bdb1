import { expect, test } from 'vitest';
import { refusedAttempts } from './refused';

test.each([
  ['kubectl get', ['pods'], 5],
  ['kubectl get', ['pods,svc'], 6],
  ['kubectl get', ['pod/x'], 4],
  ['kubectl rollout status', ['deploy', 'x'], 5],
  ['kubectl set image', ['deploy/x', 'a=b'], 4],
  ['kubectl logs', ['x'], 4],
  ['kubectl create namespace', ['x'], 0],
])('%s %j without a server asks %i times', (path, args, times) => {
  expect(refusedAttempts(path, args)).toBe(times);
});
