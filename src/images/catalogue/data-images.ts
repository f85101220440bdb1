import { gitImage } from '../git/image';
import { gitSyncImage } from '../git-sync/image';
import { migrateImage } from '../migrate/image';
import { mariadbImage, mysqlImage } from '../mysql/image';
import { postgresImage } from '../postgres/image';
import { redisImage } from '../redis/image';
import type { Catalogue } from './catalogue';

/** Databases, and what fetches or migrates data. */
export const DATA_IMAGES: Catalogue = {
  'docker.io/alpine/git': gitImage,
  'registry.k8s.io/git-sync/git-sync': gitSyncImage,
  'k8s.gcr.io/git-sync': gitSyncImage,
  'k8s.gcr.io/git-sync/git-sync': gitSyncImage,
  'docker.io/library/mariadb': mariadbImage,
  'docker.io/library/mysql': mysqlImage,
  'docker.io/library/postgres': postgresImage,
  'docker.io/migrate/migrate': migrateImage,
  'docker.io/library/redis': redisImage,
};
