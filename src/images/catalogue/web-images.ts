import { haproxyImage } from '../haproxy/image';
import { nginxImage } from '../nginx/image';
import type { Catalogue } from './catalogue';

/** Web servers and proxies. */
export const WEB_IMAGES: Catalogue = {
  'docker.io/library/haproxy': haproxyImage,
  'docker.io/library/nginx': nginxImage,
};
