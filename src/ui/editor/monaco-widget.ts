// The editor itself, without what makes it Monaco's public interface; see load-monaco.ts.
import 'monaco-editor/editor/browser/widget/codeEditor/codeEditorWidget';
