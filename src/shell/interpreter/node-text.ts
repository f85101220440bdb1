import type { Bytes } from '../../runtime/bytes';
import type { Node, Redirection, Word, WordPart } from '../ast';

/** Operators as they are written. */
const OPERATOR_TEXT: Readonly<Record<string, string>> = {
  plain: '',
  length: '',
  bad: '',
  default: '-',
  alternate: '+',
  error: '?',
  assign: '=',
  'trim prefix': '#',
  'trim longest prefix': '##',
  'trim suffix': '%',
  'trim longest suffix': '%%',
  substring: ':',
  replace: '/',
  'replace all': '//',
};

/** A command as text, for `jobs`. Models ash.c commandtext. */
export function sourceOf(node: Node): Bytes {
  switch (node.kind) {
    case 'simple':
      return [
        ...node.assignments.map(({ name, value }) => `${name}=${wordText(value)}`),
        ...node.words.map(wordText),
        ...node.redirections.map(redirectionText),
      ].join(' ');
    case 'pipeline':
      return node.commands.map(sourceOf).join(' | ');
    case 'and or':
      return [
        sourceOf(node.first),
        ...node.rest.map(({ operator, command }) => `${operator} ${sourceOf(command)}`),
      ].join(' ');
    case 'sequence':
      return node.commands.map(sourceOf).join('; ');
    case 'not':
      return `! ${sourceOf(node.command)}`;
    case 'if': {
      const otherwise = node.otherwise ? `; else ${sourceOf(node.otherwise)}` : '';
      return `if ${sourceOf(node.condition)}; then ${sourceOf(node.then)}${otherwise}; fi`;
    }
    case 'while':
    case 'until':
      return `${node.kind} ${sourceOf(node.condition)}; do ${sourceOf(node.body)}; done`;
    case 'for':
      return `for ${node.name} in ${node.words.map(wordText).join(' ')}; do ${sourceOf(node.body)}; done`;
    case 'case':
      return `case ${wordText(node.subject)} in ${node.clauses
        .map(
          ({ patterns, body }) =>
            `${patterns.map(wordText).join('|')}) ${body ? sourceOf(body) : ''};; `,
        )
        .join('')}esac`;
    case 'subshell':
      return withRedirections(`(${sourceOf(node.body)})`, node.redirections);
    case 'background':
      return withRedirections(sourceOf(node.body), node.redirections);
    case 'redirected':
      return withRedirections(sourceOf(node.body), node.redirections);
    case 'function':
      return `${node.name}() { ... }`;
    case 'arithmetic':
      return `((${node.expression.map(partText).join('')}))`;
    case 'arithmetic for': {
      const head = [node.init, node.condition, node.step].map((one) => one.map(partText).join(''));
      return `for ((${head.join(';')})); do ${sourceOf(node.body)}; done`;
    }
    case 'conditional':
      return '[[ ... ]]';
  }
}

function withRedirections(text: Bytes, redirections: readonly Redirection[]): Bytes {
  return [text, ...redirections.map(redirectionText)].join(' ');
}

function redirectionText(redirection: Redirection): Bytes {
  const { fd } = redirection;
  if (redirection.kind === 'here string') return `<<< ${wordText(redirection.text)}`;
  if (redirection.kind === 'here') return `${fd === 0 ? '' : fd}<<...`;
  if (redirection.kind === 'duplicate') {
    return `${fd}${redirection.input ? '<&' : '>&'}${wordText(redirection.source)}`;
  }
  const usual = redirection.operator.startsWith('<') ? 0 : 1;
  return `${fd === usual ? '' : fd}${redirection.operator}${wordText(redirection.target)}`;
}

function wordText(word: Word): Bytes {
  const text = word.parts.map(partText).join('');
  return word.quoted ? `"${text}"` : text;
}

function partText(part: WordPart): Bytes {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'quote':
      return '';
    case 'command':
      return '$(...)';
    case 'process':
      return part.reads ? '<(...)' : '>(...)';
    case 'arithmetic':
      return `$((${part.expression.map(partText).join('')}))`;
    case 'parameter': {
      const { name, operator, colon, word } = part;
      if (operator === 'plain' && !colon) return `\${${name}}`;
      if (operator === 'length') return `\${#${name}}`;
      const rest = word.map(partText).join('');
      return `\${${name}${colon ? ':' : ''}${OPERATOR_TEXT[operator] ?? ''}${rest}}`;
    }
  }
}
