import {
  type FieldRequirement,
  fieldSelectorText,
  matchesFields,
  parseFieldSelector,
} from '../../../src/api/field-selectors.ts';
import {
  labelSelectorRequirements,
  matchesLabels,
  parseLabelSelector,
  type Requirement,
  SelectorError,
  selectorText,
  validateLabelSelector,
} from '../../../src/api/selectors.ts';
import { badRequestError, kubectlErrorText } from '../../../src/api/status.ts';
import type { LabelSelector } from '../../../src/api/types.ts';
import { errorText } from '../../../src/api/validation/field-error.ts';
import { outcomeOf } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

type Labels = Record<string, string>;
type Reading = { expect: Record<string, unknown>; matches: (labels: Labels) => boolean };

function labelReading(requirements: Requirement[] | undefined): Reading {
  if (requirements === undefined) {
    return { expect: { canonical: '', empty: false }, matches: () => false };
  }
  return {
    expect: {
      canonical: selectorText(requirements),
      empty: requirements.length === 0,
      requirements: requirements.map((requirement) => ({
        ...requirement,
        values: [...requirement.values].sort(),
      })),
    },
    matches: (labels) => matchesLabels(requirements, labels),
  };
}

function fieldReading(requirements: FieldRequirement[]): Reading {
  return {
    expect: {
      canonical: fieldSelectorText(requirements),
      empty: requirements.length === 0,
      requirements: requirements.map(({ field, operator, value }) => ({
        key: field,
        operator,
        values: [value],
      })),
    },
    matches: (fields) => matchesFields(requirements, fields),
  };
}

function read(testCase: Case): Reading {
  if (testCase.kind === 'label') return labelReading(parseLabelSelector(String(testCase.input)));
  if (testCase.kind === 'field') return fieldReading(parseFieldSelector(String(testCase.input)));
  if (testCase.kind !== 'labelSelector') throw new Error(`unknown kind ${String(testCase.kind)}`);
  const selector = testCase.labelSelector as LabelSelector | undefined;
  return labelReading(labelSelectorRequirements(selector));
}

/** What the server answers to a list with a selector that it cannot read, as kubectl prints it. */
function listError(testCase: Case, error: string): string {
  const { kind, input } = testCase;
  const label = JSON.stringify(kind === 'label' ? input : '');
  const field = JSON.stringify(kind === 'field' ? input : '');
  const message = `Unable to find "/v1, Resource=pods" that match label selector ${label}, field selector ${field}: ${error}`;
  return kubectlErrorText(badRequestError(message).status);
}

/** Table selector. */
export function selector(testCase: Case): Outcome {
  const known = 'name category kind input nil labelSelector expect matches';
  refuseUnknown('field', testCase, known.split(' '));
  const expect = isRecord(testCase.expect) ? testCase.expect : {};
  const matches = (testCase.matches ?? []) as { labels: Labels; match: boolean }[];
  let actual: Record<string, unknown>;
  let matched: boolean[] = [];
  try {
    const reading = read(testCase);
    actual = reading.expect;
    matched = matches.map(({ labels }) => reading.matches(labels));
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    actual = { error: error.message };
    if (expect.kubectlMessage !== undefined) {
      actual.kubectlMessage = listError(testCase, error.message);
    }
  }
  if (testCase.kind === 'labelSelector') {
    const errors = validateLabelSelector(
      testCase.labelSelector as LabelSelector | undefined,
      'spec.selector',
    );
    if (errors.length > 0) actual.fieldErrors = errors.map(errorText);
  }
  const wanted = { ...expect };
  if (Array.isArray(actual.requirements) && actual.requirements.length === 0) {
    wanted.requirements ??= [];
  }
  return outcomeOf([
    jsonDifference('selector', wanted, actual),
    jsonDifference(
      'matches',
      matches.map(({ match }) => match),
      matched,
    ),
  ]);
}
