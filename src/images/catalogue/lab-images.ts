import { webappImage } from '../webapp';
import type { Catalogue } from './catalogue';

/** Images that the study notes invent: they exist only in this lab, and say so. */
export const LAB_IMAGES: Catalogue = {
  'docker.io/library/webapp': webappImage,
};
