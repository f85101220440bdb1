import { gitImage } from '../git/image';
import { migrateImage } from '../migrate/image';
import { postgresImage } from '../postgres/image';
import { redisImage } from '../redis/image';
import type { Catalogue } from './catalogue';

/** Databases, and what fetches or migrates data. */
export const DATA_IMAGES: Catalogue = {
  'docker.io/alpine/git': gitImage,
  'docker.io/library/postgres': postgresImage,
  'docker.io/migrate/migrate': migrateImage,
  'docker.io/library/redis': redisImage,
};
