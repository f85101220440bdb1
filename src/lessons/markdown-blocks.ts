import type { LessonBlock, LessonStep } from './lesson';

/** Something in a lesson's text that its author must mend. */
export class LessonError extends Error {
  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.name = 'LessonError';
  }
}

/** Front matter (YAML text) and the Markdown below it. */
export function splitFrontMatter(text: string, where: string): { matter: string; body: string } {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec(text);
  if (!match) throw new LessonError(where, 'must begin with front matter between two lines of ---');
  return { matter: match[1] ?? '', body: match[2] ?? '' };
}

/** Cuts a lesson's Markdown into steps at `##` headings; text before the first one is the step 'Start'. */
export function splitSteps(body: string, where: string): LessonStep[] {
  const steps: { title: string; lines: string[] }[] = [];
  let fenced = false;
  for (const line of body.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^## +(.+?)\s*$/.exec(line);
    if (heading) steps.push({ title: heading[1] ?? '', lines: [] });
    else if (steps.length > 0 || line.trim() !== '') {
      if (steps.length === 0) steps.push({ title: 'Start', lines: [] });
      steps.at(-1)?.lines.push(line);
    }
  }
  return steps.map(({ title, lines }) => ({
    title,
    blocks: splitBlocks(lines, `${where}, step "${title}"`),
  }));
}

interface OpenBlock {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly lines: string[];
}

/** `:::name{key="value"}` … `:::` are blocks of their own; all else is text. */
function splitBlocks(lines: readonly string[], where: string): LessonBlock[] {
  const blocks: LessonBlock[] = [];
  let text: string[] = [];
  let open: OpenBlock | undefined;
  const flush = () => {
    const markdown = text.join('\n').trim();
    if (markdown !== '') blocks.push({ kind: 'text', markdown });
    text = [];
  };
  for (const line of lines) {
    const start = /^:::(\w+)(?:\{(.*)\})?\s*$/.exec(line);
    if (start && !open) {
      flush();
      open = { name: start[1] ?? '', attributes: parseAttributes(start[2] ?? ''), lines: [] };
    } else if (open && /^:::\s*$/.test(line)) {
      blocks.push(buildBlock(open, where));
      open = undefined;
    } else (open ? open.lines : text).push(line);
  }
  if (open) throw new LessonError(where, `:::${open.name} is never closed by :::`);
  flush();
  return blocks;
}

const KNOWN_BLOCKS = 'predict, diagnose, answer, task, hint, myth';

function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/([\w-]+)=(?:"([^"]*)"|(\S+))/g)) {
    attributes.set(match[1] ?? '', match[2] ?? match[3] ?? '');
  }
  return attributes;
}

function buildBlock({ name, attributes, lines }: OpenBlock, where: string): LessonBlock {
  const markdown = lines.join('\n').trim();
  const need = (attribute: string): string => {
    const value = attributes.get(attribute);
    if (value === undefined) throw new LessonError(where, `:::${name} needs ${attribute}="…"`);
    return value;
  };
  switch (name) {
    case 'predict':
      return buildPrediction(need('id'), lines, where);
    case 'diagnose':
      return buildDiagnosis(need('id'), lines, where);
    case 'answer':
      return { kind: 'answer', file: need('file'), label: markdown };
    case 'task':
      return { kind: 'task', checks: need('checks').split(/[\s,]+/), markdown };
    case 'hint':
      return { kind: 'hint', title: attributes.get('title') ?? 'Hint', markdown };
    case 'myth':
      return { kind: 'myth', claim: need('claim'), markdown };
    default:
      throw new LessonError(where, `unknown block :::${name}; known: ${KNOWN_BLOCKS}`);
  }
}

const OPTION = /^- \[([ x])\] (.+)$/;

/** A question, `- [ ]` and `- [x]` answers, and what is said once one is chosen. */
function buildPrediction(id: string, lines: readonly string[], where: string): LessonBlock {
  const first = lines.findIndex((line) => OPTION.test(line));
  const last = lines.findLastIndex((line) => OPTION.test(line));
  if (first < 0) throw new LessonError(where, `prediction "${id}" has no answers (- [ ] …)`);
  const options = lines.slice(first, last + 1).flatMap((line) => {
    const match = OPTION.exec(line);
    return match ? [{ markdown: (match[2] ?? '').trim(), correct: match[1] === 'x' }] : [];
  });
  if (options.filter(({ correct }) => correct).length !== 1) {
    throw new LessonError(where, `prediction "${id}" needs exactly one right answer (- [x] …)`);
  }
  return {
    kind: 'predict',
    id,
    question: lines.slice(0, first).join('\n').trim(),
    options,
    explanation: lines
      .slice(last + 1)
      .join('\n')
      .trim(),
  };
}

/** Fewest answers that a diagnosis offers: with two, the second is no guess. */
const FEWEST_DIAGNOSES = 3;

/** A question, then `- [ ]` and `- [x]` answers, each with why it is (not) so, indented below it. */
function buildDiagnosis(id: string, lines: readonly string[], where: string): LessonBlock {
  const first = lines.findIndex((line) => OPTION.test(line));
  const options: { markdown: string; correct: boolean; reason: string }[] = [];
  for (const line of first < 0 ? [] : lines.slice(first)) {
    const start = OPTION.exec(line);
    const current = options.at(-1);
    if (start) {
      options.push({ markdown: (start[2] ?? '').trim(), correct: start[1] === 'x', reason: '' });
    } else if (current) current.reason += `${line.replace(/^ {2}/, '')}\n`;
  }
  const told = options.map((option) => ({ ...option, reason: option.reason.trim() }));
  if (told.length < FEWEST_DIAGNOSES)
    throw new LessonError(where, `diagnosis "${id}" needs ${FEWEST_DIAGNOSES} answers or more`);
  if (told.filter(({ correct }) => correct).length !== 1)
    throw new LessonError(where, `diagnosis "${id}" needs exactly one right answer (- [x] …)`);
  const untold = told.find(({ reason }) => reason === '');
  if (untold)
    throw new LessonError(where, `diagnosis "${id}": "${untold.markdown}" does not say why (not)`);
  const question = lines.slice(0, first).join('\n').trim();
  return { kind: 'diagnose', id, question, options: told };
}
