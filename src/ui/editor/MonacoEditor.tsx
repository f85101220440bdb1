import { Component, type ReactNode, useEffect, useRef } from 'react';
import { useShownTheme } from '../layout/use-theme';
import { applyFiles } from '../store/lab';
import { offerSettle } from '../store/pending-edits';
import { editFile, usePage } from '../store/store';
import { LARGEST_EDITED, takeLargePaste } from './large-paste';
import { loadSchema, monaco } from './monaco-setup';
import { applyTokens } from './monaco-theme';
import { offerReveal } from './reveal';
import { isManifest } from './use-verdict';

interface MonacoEditorProps {
  /** What to show when Monaco fails. */
  readonly fallback: ReactNode;
}

export default function MonacoEditor({ fallback }: MonacoEditorProps) {
  return (
    <Fallback fallback={fallback}>
      <MonacoBox />
    </Fallback>
  );
}

class Fallback extends Component<{ fallback: ReactNode; children: ReactNode }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}

/** Above this many characters the text is taken over when typing pauses, not with each key. */
const LARGE_TEXT = 200_000;
const LARGE_DELAY_MS = 400;

function MonacoBox() {
  const box = useRef<HTMLDivElement>(null);
  const theme = useShownTheme();

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    applyTokens(element, document.documentElement.dataset.theme ?? 'light');
    const editor = createEditor(element);
    let stop: readonly (() => void)[] = [];
    // Making an editor and giving it a text take tens of milliseconds each: not in one go.
    const timer = setTimeout(() => {
      stop = [
        keepModel(editor),
        showVerdict(editor),
        catchLargePastes(editor, element),
        offerReveal((line, column) => {
          editor.revealLineInCenter(line);
          editor.setPosition({ lineNumber: line, column: column ?? 1 });
          editor.focus();
        }),
      ];
      void loadSchema();
    });
    return () => {
      clearTimeout(timer);
      for (const one of stop) one();
      editor.dispose();
    };
  }, []);
  useEffect(() => {
    if (box.current) applyTokens(box.current, theme);
  }, [theme]);
  return <div className="monaco" ref={box} data-testid="monaco" />;
}

type Editor = ReturnType<typeof monaco.editor.create>;

function createEditor(element: HTMLElement): Editor {
  const fontFamily = getComputedStyle(element).getPropertyValue('--mono');
  const editor = monaco.editor.create(element, {
    model: null,
    automaticLayout: true,
    ariaLabel: 'Manifest. Control M makes Tab move on instead of indenting.',
    fontFamily,
    fontSize: 12.5,
    lineHeight: 19,
    fontLigatures: false,
    minimap: { enabled: false },
    fixedOverflowWidgets: true,
    acceptSuggestionOnEnter: 'off',
    tabSize: 2,
    insertSpaces: true,
    detectIndentation: false,
    scrollBeyondLastLine: false,
    renderLineHighlight: 'line',
    renderWhitespace: 'selection',
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 8,
    overviewRulerLanes: 0,
    padding: { top: 8, bottom: 8 },
    quickSuggestions: { other: true, comments: false, strings: true },
    suggest: { showWords: false },
    largeFileOptimizations: true,
    maxTokenizationLineLength: 5000,
  });
  void document.fonts.ready.then(() => monaco.editor.remeasureFonts());
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => void applyFiles());
  return editor;
}

function uriOf(path: string): monaco.Uri {
  return monaco.Uri.from({ scheme: 'inmemory', path: `/work/${path}` });
}

function languageOf(path: string): string {
  if (isManifest(path)) return 'yaml';
  return /\.sh$/.test(path) ? 'shell' : 'plaintext';
}

/** One model per file, kept in step with the store in both directions. */
function keepModel(editor: Editor): () => void {
  const views = new Map<string, monaco.editor.ICodeEditorViewState | null>();
  let shown: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOurs = false;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = editor.getModel()?.getValue();
    if (shown === undefined || text === undefined) return;
    isOurs = true;
    editFile(shown, text);
    isOurs = false;
  };
  const show = (path: string, text: string) => {
    if (timer !== undefined) flush();
    if (shown !== undefined) views.set(shown, editor.saveViewState());
    const uri = uriOf(path);
    const model =
      monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, languageOf(path), uri);
    if (model.getValueLength() !== text.length || model.getValue() !== text) model.setValue(text);
    shown = path;
    editor.setModel(model);
    const view = views.get(path);
    if (view) editor.restoreViewState(view);
  };
  const follow = () => {
    if (isOurs) return;
    const { files, activePath } = usePage.getState();
    const file = files.find((one) => one.path === activePath);
    // A text that became too large is about to be taken from this editor.
    if (!file || file.text.length > LARGEST_EDITED) return;
    if (shown !== activePath) show(activePath, file.text);
    else if (timer === undefined && editor.getModel()?.getValue() !== file.text) {
      editor.getModel()?.setValue(file.text);
    }
    dropModels(files.map((one) => uriOf(one.path).toString()));
  };
  const onChange = editor.onDidChangeModelContent(() => {
    const model = editor.getModel();
    if (!model) return;
    const length = model.getValueLength();
    clearTimeout(timer);
    if (length > LARGE_TEXT) timer = setTimeout(flush, LARGE_DELAY_MS);
    else flush();
  });
  const onLeave = () => {
    if (timer !== undefined) flush();
  };
  const withdraw = offerSettle(onLeave);
  follow();
  const unsubscribe = usePage.subscribe((state, before) => {
    if (state.files !== before.files || state.activePath !== before.activePath) follow();
  });
  return () => {
    onLeave();
    withdraw();
    unsubscribe();
    onChange.dispose();
    dropModels([]);
  };
}

function dropModels(kept: readonly string[]): void {
  for (const model of monaco.editor.getModels()) {
    const uri = model.uri.toString();
    if (model.uri.path.startsWith('/work/') && !kept.includes(uri)) model.dispose();
  }
}

/** Squiggles where the API server found problems, with kubectl's words. */
function showVerdict(editor: Editor): () => void {
  const show = () => {
    const model = editor.getModel();
    const { verdict, activePath } = usePage.getState();
    if (!model) return;
    const problems =
      verdict.state === 'known' && verdict.path === activePath ? verdict.verdict.problems : [];
    const markers = problems.map(({ message, severity, line = 1, column, endLine, endColumn }) => {
      const startLineNumber = Math.min(line, model.getLineCount());
      return {
        message,
        source: 'API server',
        severity:
          severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
        startLineNumber,
        startColumn: column ?? model.getLineFirstNonWhitespaceColumn(startLineNumber) ?? 1,
        endLineNumber: endLine ?? startLineNumber,
        endColumn: endColumn ?? model.getLineMaxColumn(startLineNumber),
      };
    });
    monaco.editor.setModelMarkers(model, 'api-server', markers);
    monaco.editor.setModelMarkers(model, 'podlab', remarkMarkers(model));
  };
  show();
  return usePage.subscribe((state, before) => {
    if (state.verdict !== before.verdict || state.activePath !== before.activePath) show();
  });
}

/** Dotted underlines at what is worth knowing, in the lab's words. */
function remarkMarkers(model: monaco.editor.ITextModel): monaco.editor.IMarkerData[] {
  const { verdict, activePath } = usePage.getState();
  if (verdict.state !== 'known' || verdict.path !== activePath) return [];
  return (verdict.verdict.remarks ?? []).flatMap(({ message, line, column }) => {
    if (line === undefined || line > model.getLineCount()) return [];
    return [
      {
        message,
        source: 'Podlab',
        severity: monaco.MarkerSeverity.Hint,
        startLineNumber: line,
        startColumn: column ?? 1,
        endLineNumber: line,
        endColumn: model.getLineMaxColumn(line),
      },
    ];
  });
}

/** Looks at pastes before Monaco does. */
function catchLargePastes(editor: Editor, element: HTMLElement): () => void {
  const onPaste = (event: ClipboardEvent) => {
    const model = editor.getModel();
    const selection = editor.getSelection();
    if (!model || !selection) return;
    takeLargePaste(event, usePage.getState().activePath, model.getValue(), {
      start: model.getOffsetAt(selection.getStartPosition()),
      end: model.getOffsetAt(selection.getEndPosition()),
    });
  };
  element.addEventListener('paste', onPaste, { capture: true });
  return () => element.removeEventListener('paste', onPaste, { capture: true });
}
