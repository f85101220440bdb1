import { envoyImage } from '../envoy/image';
import { haproxyImage } from '../haproxy/image';
import { httpEchoImage } from '../http-echo/image';
import { httpdImage } from '../httpd/image';
import { nginxImage } from '../nginx/image';
import type { Catalogue } from './catalogue';

/** Web servers and proxies. */
export const WEB_IMAGES: Catalogue = {
  'docker.io/envoyproxy/envoy': envoyImage,
  'docker.io/hashicorp/http-echo': httpEchoImage,
  'docker.io/library/haproxy': haproxyImage,
  'docker.io/library/httpd': httpdImage,
  'docker.io/library/nginx': nginxImage,
};
