import { legacyAppImage, logConverterImage } from '../lab/legacy-app';
import { legacyDbImage, restAdapterImage } from '../lab/legacy-db';
import { monitoringAdapterImage, myAppImage } from '../lab/my-app';
import { nginxExporterImage } from '../lab/nginx-exporter';
import {
  initContainerImage,
  mainContainerImage,
  sidecarContainerImage,
  signalledAppImage,
} from '../lab/plain-containers';
import { redisAmbassadorImage } from '../lab/redis-ambassador';
import { webappImage } from '../lab/webapp';
import type { Catalogue } from './catalogue';

/** Images that the study notes invent: they exist only in this lab, and say so. */
export const LAB_IMAGES: Catalogue = {
  'docker.io/library/webapp': webappImage,
  'docker.io/library/my-app': myAppImage,
  'docker.io/library/monitoring-adapter': monitoringAdapterImage,
  'docker.io/library/legacy-app': legacyAppImage,
  'docker.io/library/log-converter': logConverterImage,
  'docker.io/library/legacy-db': legacyDbImage,
  'docker.io/library/db-rest-adapter': restAdapterImage,
  'docker.io/library/redis-ambassador': redisAmbassadorImage,
  'docker.io/library/main-container-image': mainContainerImage,
  'docker.io/library/sidecar-container-image': sidecarContainerImage,
  'docker.io/library/init-container-1-image': initContainerImage('init-container-1-image'),
  'docker.io/library/init-container-2-image': initContainerImage('init-container-2-image'),
  'docker.io/library/app1': signalledAppImage('app1'),
  'docker.io/library/app2': signalledAppImage('app2'),
  'docker.io/prom/nginx-exporter': nginxExporterImage,
};
