import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { useMemo } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkRehype).use(rehypeSanitize);

/** A lesson's Markdown as elements; whatever could run code is taken out. */
export default function Markdown({ text }: { readonly text: string }) {
  return useMemo(() => {
    const tree = processor.runSync(processor.parse(text));
    return toJsxRuntime(tree, {
      Fragment,
      jsx,
      jsxs,
      components: {
        a: ({ href, children }) => (
          <a href={href} target="_blank" rel="noreferrer">
            {children}
          </a>
        ),
      },
    });
  }, [text]);
}
