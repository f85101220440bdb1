import { describe, expect, it } from 'vitest';
import { basicCredentials, passwordMatches } from './password-file';

describe('passwordMatches', () => {
  it.each([
    ['{PLAIN}let-me-in', 'let-me-in'],
    // As `openssl passwd` prints them.
    ['$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/', 'secret'],
    ['$1$xy$mkJt1Ht8AivD6sawHd.Cf1', 'secret'],
    ['$apr1$abcdefgh$8KxPR5bPoVj6WQ2MOyFHR.', 'a much longer password of more than 16'],
    ['{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', 'secret'],
  ])('%s is %s', (stored, password) => {
    expect(passwordMatches(password, stored)).toBe(true);
    expect(passwordMatches(`${password}x`, stored)).toBe(false);
  });

  it('does not take what is stored for a password without a scheme', () => {
    expect(passwordMatches('plain', 'plain')).toBe(false);
  });
});

describe('basicCredentials', () => {
  it('splits at the first colon', () => {
    expect(basicCredentials(`Basic ${btoa('a:b:c')}`)).toEqual({ user: 'a', password: 'b:c' });
    expect(basicCredentials('Bearer x')).toBeUndefined();
    expect(basicCredentials(undefined)).toBeUndefined();
  });
});
