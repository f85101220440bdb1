import { monaco } from './monaco-setup';

/** A colour as Monaco wants it: six digits even where a minifier has left three. */
function sixDigits(colour: string): string {
  const short = /^#(\w)(\w)(\w)$/.exec(colour);
  return short
    ? `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')}`
    : colour;
}

/** Token colours go without the sign. */
function hex(colour: string): string {
  return colour.replace('#', '');
}

/** Monaco's own themes colour YAML by its longer token names, so those are named here too. */
const RULES = [
  { tokens: ['type', 'type.yaml'], colour: 'key' },
  { tokens: ['string', 'string.yaml'], colour: 'value' },
  { tokens: ['number', 'number.yaml'], colour: 'hue-2' },
  { tokens: ['keyword', 'keyword.yaml'], colour: 'hue-5' },
  { tokens: ['comment', 'comment.yaml'], colour: 'faint', fontStyle: 'italic' },
  { tokens: ['operators', 'operators.yaml', 'delimiter'], colour: 'soft' },
];

/** Makes a Monaco theme of the page's tokens and switches to it. */
export function applyTokens(element: Element, shown: string): void {
  const style = getComputedStyle(element);
  const token = (name: string) => sixDigits(style.getPropertyValue(`--${name}`).trim());
  const base = { light: 'vs', dark: 'vs-dark', contrast: 'hc-black' }[shown] ?? 'vs';
  const name = `podlab-${shown}`;
  monaco.editor.defineTheme(name, {
    base: base as 'vs' | 'vs-dark' | 'hc-black',
    inherit: true,
    rules: RULES.flatMap(({ tokens, colour, fontStyle }) =>
      tokens.map((name_) => ({ token: name_, foreground: hex(token(colour)), fontStyle })),
    ),
    colors: {
      'editor.background': token('panel'),
      'editor.foreground': token('ink'),
      'editorLineNumber.foreground': token('faint'),
      'editorLineNumber.dimmedForeground': token('faint'),
      'editorLineNumber.activeForeground': token('ink'),
      'editor.lineHighlightBackground': token('sunk'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': token('select'),
      'editorIndentGuide.background1': token('line'),
      'editorCursor.foreground': token('accent'),
      'editorWidget.background': token('raised'),
      'editorWidget.border': token('line'),
      'editorHoverWidget.background': token('raised'),
      'editorSuggestWidget.background': token('raised'),
      'editorSuggestWidget.selectedBackground': token('accent-bg'),
      'editorSuggestWidget.selectedForeground': token('ink'),
      'editorError.foreground': token('err-bar'),
      'editorWarning.foreground': token('loop-bar'),
      'scrollbarSlider.background': `${token('line-strong')}55`,
    },
  });
  monaco.editor.setTheme(name);
}
