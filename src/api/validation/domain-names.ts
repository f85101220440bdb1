import { dnsSubdomainProblems, patternProblem } from '../names';
import { type FieldError, invalid, invalidFor, required } from './field-error';

/** Names that have to be domains. Models apimachinery's util/validation. */

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

/** A domain of at least three parts: names of signers, drivers. */
export function fullyQualifiedNameErrors(field: string, name: string): FieldError[] {
  if (name === '') return [required(field)];
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return [invalid(field, name, problems.join(','))];
  if (name.split('.').length >= 3) return [];
  const why = 'should be a domain with at least three segments separated by dots';
  return [invalid(field, name, why)];
}

/** A domain, a slash and a path. */
export function domainPrefixedPathErrors(field: string, text: string): FieldError[] {
  if (text === '') return [required(field)];
  const slash = text.indexOf('/');
  const host = text.slice(0, slash);
  const path = text.slice(slash + 1);
  if (slash <= 0 || path === '') {
    return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors = invalidFor(field, host, dnsSubdomainProblems(host));
  if (!new RegExp(`^${PATH}$`).test(path)) {
    errors.push(invalid(field, path, patternProblem('Invalid path', PATH)));
  }
  return errors;
}
