import type { ListOptions, ResourceInfo } from '../../api/client';
import { fieldSelectorText, parseFieldSelector } from '../../api/field-selectors';
import { goQuote } from '../../api/golang/quote';
import { matchesLabels, parseLabelSelector, SelectorError } from '../../api/selectors';
import { ApiError, badRequestError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { checkField, fieldReader } from './registry/fields';

/**
 * Which objects a list or watch is about; throws BadRequest for selectors that cannot be read. Models
 * apiserver/pkg/storage SelectionPredicate.
 */
export function selectionOf(
  info: ResourceInfo,
  options: ListOptions,
): (object: KubeObject) => boolean {
  const { namespace, labelSelector, fieldSelector } = options;
  if (!labelSelector && !fieldSelector) {
    if (namespace === undefined) return () => true;
    return (object) => (object.metadata.namespace ?? '') === namespace;
  }
  try {
    const labels = parseLabelSelector(labelSelector ?? '');
    const requirements = parseFieldSelector(fieldSelector ?? '');
    for (const { field } of requirements) checkField(info.resource, field);
    const fields = requirements.map(({ field, operator, value }) => {
      const read = fieldReader(info.resource, field);
      const isEqual = operator === '=';
      return (object: KubeObject) => (read(object) === value) === isEqual;
    });
    // Every kubelet's watch asks this of every change of a pod.
    const [only] = fields;
    if (only && fields.length === 1 && labels.length === 0 && namespace === undefined) return only;
    return (object) =>
      (namespace === undefined || (object.metadata.namespace ?? '') === namespace) &&
      (labels.length === 0 || matchesLabels(labels, object.metadata.labels)) &&
      fields.every((fits) => fits(object));
  } catch (error) {
    if (!(error instanceof SelectorError) && !(error instanceof ApiError)) throw error;
    throw badRequestError(
      `Unable to find "${info.group}/${info.version}, Resource=${info.plural}" that match label selector ${goQuote(labelSelector ?? '')}, field selector ${goQuote(canonical(fieldSelector))}: ${error.message}`,
    );
  }
}

/** kubectl and the server exchange field selectors in their canonical form where they have one. */
function canonical(fieldSelector: string | undefined): string {
  if (!fieldSelector) return '';
  try {
    return fieldSelectorText(parseFieldSelector(fieldSelector));
  } catch {
    return fieldSelector;
  }
}
