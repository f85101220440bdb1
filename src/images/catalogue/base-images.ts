import { agnhostImage } from '../agnhost/image';
import { busyboxImage } from '../busybox';
import { curlImage } from '../curl/image';
import { pauseImage } from '../pause';
import type { Catalogue } from './catalogue';

/** Small tools that pods are tried out with. */
export const BASE_IMAGES: Catalogue = {
  'docker.io/library/busybox': busyboxImage,
  'docker.io/curlimages/curl': curlImage,
  'quay.io/curl/curl': curlImage,
  'registry.k8s.io/e2e-test-images/agnhost': agnhostImage,
  'registry.k8s.io/pause': pauseImage,
  'k8s.gcr.io/pause': pauseImage,
};
