import { editFile, usePage } from '../store/store';
import { takeLargePaste } from './large-paste';

/** The editor while the large one loads, where it cannot be had, and on phones. */
export function PlainEditor() {
  const path = usePage((state) => state.activePath);
  const text = usePage((state) => state.files.find((file) => file.path === path)?.text ?? '');
  return (
    <textarea
      className="plain-editor mono"
      aria-label={`Text of ${path}`}
      value={text}
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
      wrap="off"
      onPaste={(event) => {
        const { selectionStart: start, selectionEnd: end } = event.currentTarget;
        takeLargePaste(event.nativeEvent, path, text, { start, end });
      }}
      onChange={(event) => editFile(path, event.target.value)}
    />
  );
}
