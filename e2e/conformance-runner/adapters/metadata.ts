import { IntOrStringError, scaledIntOrPercent } from '../../../src/api/int-or-string.ts';
import * as names from '../../../src/api/names.ts';
import { invalidError, kubectlErrorText } from '../../../src/api/status.ts';
import type { ObjectMeta } from '../../../src/api/types.ts';
import {
  domainPrefixedPathErrors,
  fullyQualifiedNameErrors,
} from '../../../src/api/validation/domain-names.ts';
import { errorText, type FieldError, invalidFor } from '../../../src/api/validation/field-error.ts';
import { validateCidr, validateIp, validateLegacyIp } from '../../../src/api/validation/ip.ts';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../../src/api/validation/object-meta.ts';
import { outcomeOf } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

const PROBLEMS: Readonly<Record<string, (input: string) => string[]>> = {
  IsDNS1123Label: names.dnsLabelProblems,
  IsDNS1123Subdomain: (input) => names.dnsSubdomainProblems(input),
  IsDNS1123SubdomainWithUnderscore: names.dnsSubdomainWithUnderscoreProblems,
  IsWildcardDNS1123Subdomain: names.wildcardDnsProblems,
  IsDNS1035Label: names.dns1035LabelProblems,
  IsQualifiedName: names.qualifiedNameProblems,
  IsValidLabelValue: names.labelValueProblems,
  IsValidPortName: names.portNameProblems,
  IsValidPortNum: (input) => names.portNumberProblems(Number(input)),
  IsValidUserID: (input) => names.idProblems(Number(input)),
  IsValidGroupID: (input) => names.idProblems(Number(input)),
  IsValidPercent: names.percentProblems,
  IsHTTPHeaderName: names.httpHeaderNameProblems,
  IsEnvVarName: names.envVarNameProblems,
  IsRelaxedEnvVarName: names.relaxedEnvVarNameProblems,
  IsConfigMapKey: names.configMapKeyProblems,
  IsValidPathSegmentName: (input) => names.nameIsPathSegment(input),
  NameIsDNSSubdomain: (input) => names.nameIsDnsSubdomain(input),
  NameIsDNSLabel: (input) => names.nameIsDnsLabel(input),
  NameIsDNS1035Label: (input) => names.nameIsDns1035Label(input),
  ValidateNamespaceName: (input) => names.nameIsDnsLabel(input),
  ValidateServiceAccountName: (input) => names.nameIsDnsSubdomain(input),
  'NameIsDNSSubdomain (prefix)': (input) => names.nameIsDnsSubdomain(input, true),
  'NameIsDNSLabel (prefix)': (input) => names.nameIsDnsLabel(input, true),
  'NameIsDNS1035Label (prefix)': (input) => names.nameIsDns1035Label(input, true),
};

const FIELD_ERRORS: Readonly<Record<string, (input: string) => FieldError[]>> = {
  IsValidIP: (input) => validateIp('f', input),
  IsValidIPForLegacyField: (input) => validateLegacyIp('f', input, false),
  'IsValidIPForLegacyField (strict)': (input) => validateLegacyIp('f', input),
  IsValidCIDR: (input) => validateCidr('f', input),
  IsFullyQualifiedName: (input) => fullyQualifiedNameErrors('f', input),
  IsDomainPrefixedPath: (input) => domainPrefixedPathErrors('f', input),
  ValidateLabelName: (input) => invalidFor('f', input, names.qualifiedNameProblems(input)),
  ValidateFinalizerName: (input) => invalidFor('f', input, names.qualifiedNameProblems(input)),
};

const NAME_RULES: Readonly<Record<string, names.NameRule>> = {
  Pod: names.nameIsDnsSubdomain,
  Node: names.nameIsDnsSubdomain,
  Service: names.nameIsDns1035Label,
  Namespace: names.nameIsDnsLabel,
  Role: names.nameIsPathSegment,
};

/** `<Nc>` stands for N times the character c. */
function inputText({ input, inputPattern }: Case): string {
  if (inputPattern === undefined) return String(input);
  return String(inputPattern).replace(/<(\d+)(.)>/gu, (_, count: string, char: string) =>
    char.repeat(Number(count)),
  );
}

function partsOf(error: FieldError) {
  const { field, type, detail } = error;
  return { field, type, detail, error: errorText(error) };
}

function metaOutcome(testCase: Case): Outcome {
  const { objectKind, namespaced, kubectlMessage, errorsUnordered } = testCase;
  const meta = testCase.input as ObjectMeta;
  const errors =
    testCase.function === 'ValidateObjectMeta'
      ? validateObjectMeta(
          meta,
          namespaced === true,
          NAME_RULES[String(objectKind)] as names.NameRule,
        )
      : validateObjectMetaUpdate(meta, testCase.oldInput as ObjectMeta);
  const order = (texts: unknown[]) => (errorsUnordered === true ? [...texts].sort() : texts);
  const sorted = (list: { error?: unknown }[]) =>
    errorsUnordered === true
      ? [...list].sort((a, b) => (String(a.error) < String(b.error) ? -1 : 1))
      : list;
  const texts = errors.map(errorText);
  const parts = (testCase.errors ?? []) as Record<string, unknown>[];
  const status = invalidError(String(objectKind), meta.name ?? '', errors).status;
  return outcomeOf([
    jsonDifference('errors', order(testCase.expect as string[]), order(texts)),
    jsonDifference(
      'parts of the errors',
      sorted(parts.map(({ value: _, ...part }) => part)),
      sorted(errors.map(partsOf)),
    ),
    kubectlMessage === undefined
      ? undefined
      : jsonDifference(
          'kubectl',
          order(String(kubectlMessage).split('\n')),
          order(kubectlErrorText(status).split('\n')),
        ),
  ]);
}

function scaledOutcome(testCase: Case): Outcome {
  const { scaled, input } = testCase;
  if (!isRecord(scaled)) throw new Error('the case has no totals');
  const value = input as string | number;
  const total = Number(scaled.total);
  let actual: Record<string, unknown>;
  try {
    const roundedUp = scaledIntOrPercent(value, total, true);
    actual = { total, roundedUp, roundedDown: scaledIntOrPercent(value, total, false) };
  } catch (error) {
    if (!(error instanceof IntOrStringError)) throw error;
    actual = { total, error: error.message };
  }
  return outcomeOf([jsonDifference('scaled', scaled, actual)]);
}

function generatedOutcome(testCase: Case): Outcome {
  const name = names.generateName(inputText(testCase), (below) => 7 % below);
  const actual = { prefix: name.slice(0, -5), length: name.length };
  return outcomeOf([jsonDifference('generated', testCase.generated, actual)]);
}

/** Table metadata. */
export function metadata(testCase: Case): Outcome {
  const known =
    'name category function input inputPattern oldInput objectKind namespaced expect errors errorsUnordered kubectlMessage scaled generated';
  refuseUnknown('field', testCase, known.split(' '));
  const name = String(testCase.function);
  if (name.startsWith('ValidateObjectMeta')) return metaOutcome(testCase);
  if (name === 'GetScaledValueFromIntOrPercent') return scaledOutcome(testCase);
  if (name === 'GenerateName') return generatedOutcome(testCase);
  const input = inputText(testCase);
  const problems = PROBLEMS[name]?.(input) ?? FIELD_ERRORS[name]?.(input).map(errorText);
  if (problems === undefined) throw new Error(`unknown function ${name}`);
  return outcomeOf([jsonDifference('messages', testCase.expect, problems)]);
}
