import { Dialog } from './Dialog';
import { SHORTCUTS } from './use-shortcuts';

export default function ShortcutsDialog() {
  return (
    <Dialog title="Keyboard shortcuts">
      <table>
        <tbody>
          {SHORTCUTS.map(({ keys, what }) => (
            <tr key={what}>
              <td>{what}</td>
              <td>
                {keys.map((key, i) => (
                  <span key={key}>
                    {i > 0 && ' '}
                    <kbd>{key}</kbd>
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">
        On the timeline, the arrow keys move the playhead, Page Up and Page Down move it ten times
        as far, Home and End go to the start and to the latest moment.
      </p>
    </Dialog>
  );
}
