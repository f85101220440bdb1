import { fluentBitImage } from '../fluent-bit/image';
import type { Catalogue } from './catalogue';

/** Log collectors and metrics exporters. */
export const OBSERVABILITY_IMAGES: Catalogue = {
  'docker.io/fluent/fluent-bit': fluentBitImage,
  'cr.fluentbit.io/fluent/fluent-bit': fluentBitImage,
};
