// What Monaco's editor stands on; see load-monaco.ts.
import 'monaco-editor/editor/common/config/editorOptions';
