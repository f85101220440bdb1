/** YAML that a program wrote, with keys and values told apart by colour. */
export function YamlText({ text }: { readonly text: string }) {
  return (
    <pre className="text-output yaml">
      {text.split('\n').map((line, i) => {
        const [, indent = '', key = '', rest = ''] =
          /^(\s*(?:- )*)([\w./-]+:)?(.*)$/.exec(line) ?? [];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the text.
          <span key={i}>
            {indent}
            {key && <span className="key">{key}</span>}
            {key ? <span className="value">{rest}</span> : rest}
            {'\n'}
          </span>
        );
      })}
    </pre>
  );
}
