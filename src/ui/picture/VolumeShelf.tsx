import { useState } from 'react';
import type { FilePicture, VolumePicture } from '../../lab/picture';
import { durationText, sizeText } from '../layout/format';
import { useTenths } from './use-tenths';

const SHOWN_FILES = 6;
/** Virtual ms for which a changed file is highlighted. */
const FRESH_MS = 1500;

const LIFETIME: Readonly<Record<string, string>> = {
  emptyDir: 'lives as long as the Pod',
  configMap: 'from a ConfigMap, read-only',
  secret: 'from a Secret, read-only',
  hostPath: 'a folder of the node',
  downwardAPI: 'facts about the Pod, read-only',
  projected: 'several sources in one folder',
  persistentVolumeClaim: 'outlives the Pod',
};

interface VolumeShelfProps {
  readonly volume: VolumePicture;
  /** Which colour marks this volume's mounts; below 0: none. */
  readonly hue: number;
}

/** A volume as a shelf with its files. */
export function VolumeShelf({ volume, hue }: VolumeShelfProps) {
  const [isWhole, setWhole] = useState(false);
  const { name, type, mounts, files, usedBytes } = volume;
  const shown = isWhole ? files : files.slice(0, SHOWN_FILES);
  const more = files.length - SHOWN_FILES;
  const users = [...new Set(mounts.map((mount) => mount.container))];
  return (
    <section className="shelf" aria-label={`Volume ${name}`}>
      <div className="shelf-title">
        <h4>
          <span className={hue >= 0 ? `hue-${hue % 6}` : 'soft'} aria-hidden="true">
            ▤
          </span>{' '}
          {name}
        </h4>
        <span className="soft">
          {type}
          {LIFETIME[type] ? ` · ${LIFETIME[type]}` : ''}
        </span>
        <span className="grow" />
        <span className="soft num">
          {users.join(', ')}
          {usedBytes > 0 ? ` · ${sizeText(usedBytes)}` : ''}
        </span>
      </div>
      {files.length > 0 ? (
        <table className="mono" aria-label={`Files in ${name}`}>
          <tbody>
            {shown.map((file) => (
              <FileRow key={file.path} file={file} />
            ))}
          </tbody>
        </table>
      ) : (
        <p className="soft">empty</p>
      )}
      {more > 0 && (
        <button type="button" className="button quiet" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show ${more} more`}
        </button>
      )}
    </section>
  );
}

const MARK: Readonly<Record<FilePicture['type'], string>> = {
  file: '',
  directory: '/',
  symlink: '@',
  fifo: '|',
  socket: '=',
  'character device': '',
};

function owner(uid: number, gid: number): string {
  return uid === 0 && gid === 0 ? 'root' : `${uid}:${gid}`;
}

function FileRow({ file }: { readonly file: FilePicture }) {
  const t = useTenths();
  const age = t - file.modifiedAt;
  return (
    <tr className={age >= 0 && age < FRESH_MS ? 'fresh' : undefined}>
      <td className="path">
        {file.path}
        {MARK[file.type]}
      </td>
      <td className="num size">{file.type === 'file' ? sizeText(file.size) : ''}</td>
      <td className="mode">{file.mode}</td>
      <td>{owner(file.uid, file.gid)}</td>
      <td className="num age">{durationText(age)} ago</td>
    </tr>
  );
}
