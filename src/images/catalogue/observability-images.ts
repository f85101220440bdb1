import type { Catalogue } from './catalogue';

/** Log collectors and metrics exporters. */
export const OBSERVABILITY_IMAGES: Catalogue = {};
