import { agnhostImage } from '../agnhost/image';
import { busyboxImage } from '../busybox';
import { curlImage } from '../curl/image';
import { alpineImage, bashImage, debianImage, ubuntuImage } from '../distributions/image';
import { nodeImage, pythonImage } from '../languages/image';
import { pauseImage } from '../pause';
import type { Catalogue } from './catalogue';

/** Small tools that pods are tried out with. */
export const BASE_IMAGES: Catalogue = {
  'docker.io/library/busybox': busyboxImage,
  'registry.k8s.io/busybox': busyboxImage,
  'k8s.gcr.io/busybox': busyboxImage,
  'gcr.io/google-containers/busybox': busyboxImage,
  'public.ecr.aws/docker/library/busybox': busyboxImage,
  'docker.io/library/alpine': alpineImage,
  'public.ecr.aws/docker/library/alpine': alpineImage,
  'docker.io/library/bash': bashImage,
  'docker.io/library/debian': debianImage,
  'docker.io/library/ubuntu': ubuntuImage,
  'docker.io/library/python': pythonImage,
  'docker.io/library/node': nodeImage,
  'docker.io/curlimages/curl': curlImage,
  'quay.io/curl/curl': curlImage,
  'registry.k8s.io/e2e-test-images/agnhost': agnhostImage,
  'registry.k8s.io/pause': pauseImage,
  'k8s.gcr.io/pause': pauseImage,
};
