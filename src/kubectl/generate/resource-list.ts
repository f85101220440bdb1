import type { JsonObject } from '../../api/patch/json-value';
import { parseQuantity, quantityText } from '../../api/quantity';
import { plain } from '../errors';

/** `cpu=1,memory=64Mi`. Models populateResourceListV1. */
export function resourceList(text: string): JsonObject {
  const list: Record<string, string> = {};
  if (text === '') return list;
  for (const statement of text.split(',')) {
    const [resource = '', value = '', ...more] = statement.split('=');
    if (!statement.includes('=') || more.length > 0) {
      throw plain(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    }
    try {
      list[resource] = quantityText(parseQuantity(value));
    } catch (error) {
      throw plain((error as Error).message);
    }
  }
  return list;
}
