import { labImage } from '../lab/lab-image';
import { logStore } from './log-store';

/** A target for log collectors that is simpler than a second collector. */
export const logStoreImage = labImage({
  name: 'log-store',
  does: 'prints every record that it is sent, over HTTP (port 8080: JSON, JSON lines, Elasticsearch’s bulk API) and over the forward protocol (port 24224); GET / shows the last ones; while /tmp/down exists it takes none, which makes an outage',
  run: logStore,
  port: 8080,
});
