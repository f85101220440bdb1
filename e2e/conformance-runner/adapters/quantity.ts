import * as quantities from '../../../src/api/quantity.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import type { Case, Outcome } from '../table.ts';
import { refuseUnknown } from './expectation.ts';

type Quantity = quantities.Quantity;

const FIELDS =
  'name category upstream kind input json value format canonical asInt64 error x y times exact scale expect'.split(
    ' ',
  );

function parse(testCase: Case, field = 'input'): Quantity {
  return quantities.parseQuantity(String(testCase[field]));
}

/** Compares a quantity with what the case says of it. */
function compare(testCase: Case, quantity: Quantity): (string | undefined)[] {
  const { value, format, canonical, asInt64 } = testCase;
  const actual = {
    value: quantities.decimalText(quantity),
    format: quantity.format,
    canonical: quantities.canonicalText(quantity),
    asInt64: String(quantities.asInt64(quantity) ?? null),
  };
  return [
    value === undefined ? undefined : textDifference('value', String(value), actual.value),
    format === undefined ? undefined : textDifference('format', String(format), actual.format),
    canonical === undefined
      ? undefined
      : textDifference('canonical', String(canonical), actual.canonical),
    asInt64 === undefined ? undefined : textDifference('asInt64', String(asInt64), actual.asInt64),
  ];
}

function refused(testCase: Case, read: () => Quantity): (string | undefined)[] {
  try {
    return [`  accepted as ${quantities.canonicalText(read())}`];
  } catch (error) {
    if (!(error instanceof quantities.QuantityError)) throw error;
    if (testCase.error === undefined) return [];
    return [textDifference('error', String(testCase.error), error.message)];
  }
}

/** A quantity given by its value, as `string` cases have it. */
function fromDecimal(testCase: Case): Quantity {
  const [whole = '', fraction = ''] = String(testCase.value).split('.');
  const format = testCase.format as quantities.QuantityFormat;
  return { unscaled: BigInt(whole + fraction), scale: -fraction.length, format, big: true };
}

function differences(testCase: Case): (string | undefined)[] {
  switch (testCase.kind) {
    case 'parse':
    case 'canonical':
      return compare(testCase, parse(testCase));
    case 'string': {
      const canonical = quantities.canonicalText(fromDecimal(testCase));
      return [textDifference('canonical', String(testCase.canonical), canonical)];
    }
    case 'invalid':
      return refused(testCase, () => parse(testCase));
    case 'json':
      return compare(testCase, quantities.parseJsonQuantity(String(testCase.json)));
    case 'jsonInvalid':
      return refused(testCase, () => quantities.parseJsonQuantity(String(testCase.json)));
    case 'compare': {
      const order = quantities.compareQuantities(parse(testCase, 'x'), parse(testCase, 'y'));
      return [textDifference('order', String(testCase.expect), String(order))];
    }
    case 'add':
      return compare(
        testCase,
        quantities.addQuantities(parse(testCase, 'x'), parse(testCase, 'y')),
      );
    case 'sub':
      return compare(
        testCase,
        quantities.subtractQuantities(parse(testCase, 'x'), parse(testCase, 'y')),
      );
    case 'mul':
      return rounded(
        testCase,
        quantities.multiplyQuantity(parse(testCase, 'x'), BigInt(String(testCase.times))),
      );
    case 'roundUp':
      return rounded(testCase, quantities.roundUpQuantity(parse(testCase), Number(testCase.scale)));
    case 'scaledValue': {
      const value = quantities.scaledValue(parse(testCase), Number(testCase.scale));
      return [textDifference('value', String(testCase.expect), String(value))];
    }
    case 'float': {
      const value = quantities.asNumber(parse(testCase));
      return [textDifference('value', String(testCase.expect), String(value))];
    }
    default:
      throw new Error(`unknown kind ${String(testCase.kind)}`);
  }
}

function rounded(testCase: Case, { result, exact }: { result: Quantity; exact: boolean }) {
  return [
    ...compare(testCase, result),
    textDifference('exact', String(testCase.exact), String(exact)),
  ];
}

/** Tables quantity and quantity_more. */
export function quantity(testCase: Case): Outcome {
  refuseUnknown('field', testCase, FIELDS);
  return outcomeOf(differences(testCase));
}
