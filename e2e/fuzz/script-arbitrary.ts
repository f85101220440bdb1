import fc from 'fast-check';

/** Random shell scripts: mostly well formed, so that they get far, and some with a scar. */

const name = fc.constantFrom('a', 'b', 'n', 'x', 'HOME', 'IFS', '1', '@', '*', '#', '?', '!');
const file = fc.constantFrom(
  'f',
  'g',
  'd',
  'd/e',
  '/tmp/t',
  '/no/such',
  '/dev/null',
  '/etc/passwd',
  '.',
);
const literal = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b c',
    '0',
    '1',
    '-1',
    '08',
    '0x1f',
    '*',
    '?',
    '[a-z]*',
    '~',
    '-n',
    '-e',
    '--',
  ),
  fc.constantFrom('é', '\\n', '%s', '%d', '%5.2f', '\t', '$', '&', '10', '99999999999999999999'),
);

interface Pieces {
  readonly word: string;
  readonly command: string;
  readonly list: string;
}

const { list } = fc.letrec<Pieces>((tie: fc.LetrecTypedTie<Pieces>) => ({
  word: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'script' },
    literal,
    literal.map((text) => `'${text}'`),
    literal.map((text) => `"${text.replaceAll('"', '')}"`),
    name.map((variable) => `$${variable}`),
    name.map((variable) => `"$${variable}"`),
    file,
    fc
      .tuple(
        name,
        fc.constantFrom(
          ':-',
          '-',
          ':=',
          '=',
          ':+',
          '+',
          ':?',
          '#',
          '##',
          '%',
          '%%',
          '/',
          '//',
          ':1:',
        ),
        tie('word'),
      )
      .map(([variable, operator, word]) => `\${${variable}${operator}${word}}`),
    name.map((variable) => `\${#${variable}}`),
    tie('list').map((inner) => `$(${inner})`),
    tie('command').map((inner) => `\`${inner.replaceAll('`', '')}\``),
    fc
      .tuple(
        fc.constantFrom('1', 'a', 'n', '7', '08', '-3'),
        fc.constantFrom('+', '-', '*', '/', '%', '<<', '&&', '?1:', '==', '**', ','),
        fc.constantFrom('2', 'b', '0', 'x++', '(3', 'a=5'),
      )
      .map(([left, operator, right]) => `$((${left} ${operator} ${right}))`),
    fc.tuple(tie('word'), tie('word')).map(([left, right]) => left + right),
  ),
  command: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'script' },
    fc
      .tuple(
        fc.constantFrom(
          'echo',
          'printf',
          'cat',
          'test',
          'true',
          'false',
          ':',
          'ls',
          'wc',
          'sort',
          'uniq',
          'head',
          'tail',
          'rev',
          'tr',
          'cut',
          'seq',
          'expr',
          'basename',
          'dirname',
          'tee',
          'env',
          'date',
          'find',
          'stat',
          'md5sum',
          'base64',
          'od',
          'xargs',
          'awk',
          'sed',
          'grep',
          'diff',
          'ps',
          'kill',
          'mkdir',
          'rm',
          'touch',
          'cp',
          'mv',
          'ln',
          'chmod',
          'tar',
          'gzip',
          'dd',
          'id',
          'nosuch',
        ),
        fc.array(tie('word'), { maxLength: 3 }),
      )
      .map(([program, words]) => [program, ...words].join(' ')),
    fc
      .tuple(
        fc.constantFrom(
          'cd',
          'export',
          'unset',
          'set',
          'shift',
          'read',
          'eval',
          'return',
          'break',
          'continue',
          'wait',
          'trap',
          'local',
          'type',
          'command',
          'getopts',
          'umask',
          'alias',
          'exec',
          '.',
          'exit',
          'jobs',
          'let',
          'readonly',
        ),
        fc.array(tie('word'), { maxLength: 2 }),
      )
      .map(([builtin, words]) => [builtin, ...words].join(' ')),
    fc
      .tuple(
        fc.constantFrom(
          "sed 's/a/b/g'",
          "sed -n '1,2p'",
          "sed '$d;y/ab/ba/'",
          "awk '{ print $1, NF }'",
          "awk 'BEGIN { for (i = 0; i < 3; i++) print i }'",
          'grep -c .',
          "grep -E 'a|b'",
          'tr a-z A-Z',
          'sleep 0.1',
          'sort -rn',
          'head -n 2',
          "find . -name '*'",
        ),
        tie('word'),
      )
      .map(([known, word]) => `${known} ${word}`),
    fc
      .tuple(fc.constantFrom('a', 'b', 'n', 'x'), tie('word'))
      .map(([variable, word]) => `${variable}=${word}`),
    fc
      .tuple(
        tie('command'),
        fc.constantFrom('>', '>>', '<', '2>', '2>&1', '>&2', '<&-', '>|'),
        file,
      )
      .map(
        ([command, operator, target]) =>
          `${command} ${operator}${/&/.test(operator) ? '' : target}`,
      ),
    fc
      .tuple(tie('list'), tie('list'))
      .map(([condition, body]) => `if ${condition}; then ${body}; else echo no; fi`),
    fc
      .tuple(tie('word'), tie('list'))
      .map(([word, body]) => `for a in 1 2 ${word}; do ${body}; done`),
    tie('list').map((body) => `n=0; while [ $n -lt 3 ]; do n=$((n + 1)); ${body}; done`),
    tie('list').map((body) => `until ${body}; do sleep 1; done`),
    fc
      .tuple(tie('word'), tie('list'))
      .map(([word, body]) => `case ${word} in a*|[0-9]) ${body};; *) echo other;; esac`),
    tie('list').map((body) => `f() { ${body}; }; f 1 2`),
    tie('list').map((body) => `( ${body} )`),
    tie('list').map((body) => `{ ${body}; }`),
    fc
      .tuple(tie('command'), tie('word'))
      .map(([command, word]) => `${command} <<EOF\n${word} $a\nEOF\n`),
    tie('command').map((command) => `! ${command}`),
  ),
  list: fc
    .tuple(
      tie('command'),
      fc.array(
        fc.tuple(fc.constantFrom(' | ', ' && ', ' || ', '; ', ' & ', '\n'), tie('command')),
        { maxLength: 3 },
      ),
    )
    .map(
      ([first, rest]) => first + rest.map(([separator, command]) => separator + command).join(''),
    ),
}));

/** Something that should not be there, at some place of the text. */
const scar = fc.record({
  at: fc.nat(10_000),
  cut: fc.nat(3),
  insert: fc.oneof(
    fc.constantFrom(
      '',
      '(',
      ')',
      '{',
      '}',
      '"',
      "'",
      '`',
      '$',
      '$((',
      '<<',
      '|',
      '&',
      ';;',
      '\\',
      '\n',
      'fi',
      'done',
      'esac',
      '\0',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

export const script = fc
  .tuple(
    list,
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(scar, { maxLength: 3 }) },
    ),
  )
  .map(([text, scars]) =>
    scars.reduce((so, { at, cut, insert }) => {
      const place = at % (so.length + 1);
      return so.slice(0, place) + insert + so.slice(place + cut);
    }, text),
  );
