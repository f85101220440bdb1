import type { ApiClient } from '../api/client';
import { ApiError } from '../api/status';
import {
  type DocumentPositions,
  findPosition,
  manifestPositions,
  type TextRange,
} from '../api/yaml/manifest-positions';
import { applyText } from './apply-manifests';
import { remarksOn } from './remarks/remarks';
import type { ApplyResult } from './run';
import type { DryRunVerdict } from './simulator-api';

type Problem = DryRunVerdict['problems'][number];

/**
 * What the API server would say to a text, without changing anything: each objection in its own words, with
 * the place in the text that causes it. And what is worth knowing about what it would take.
 */
export function dryRunVerdict(client: ApiClient, text: string): DryRunVerdict {
  const results: ApplyResult[] = [];
  const problems: Problem[] = [];
  let positions: DocumentPositions[] | undefined;
  const documentAt = (index: number | undefined): DocumentPositions | undefined => {
    positions ??= manifestPositions(text);
    return index === undefined ? undefined : positions[index];
  };
  const refused = new Set<number | undefined>();
  const warnings: string[] = [];
  const options = { dryRun: true, onWarning: (warning: string) => warnings.push(warning) };
  for (const step of applyText(client, text, options)) {
    const document = documentAt(step.index);
    if ('error' in step) refused.add(step.index);
    if ('result' in step) results.push(step.result);
    else if (step.error instanceof ApiError) problems.push(...objections(step.error, document));
    else
      problems.push({
        message: step.error.message,
        severity: 'error',
        ...syntaxPlace(step.error.message, document),
      });
    for (const warning of warnings.splice(0)) {
      const field = /^([\w.[\]-]+):/.exec(warning)?.[1];
      problems.push({ message: warning, severity: 'warning', ...place(document, field, false) });
    }
  }
  return { results, problems, remarks: remarksOn(client, text, refused) };
}

/** One problem per cause that a Status names; else one for the whole document. */
function objections(error: ApiError, document: DocumentPositions | undefined): Problem[] {
  const { status } = error;
  const causes = (status.details?.causes ?? []).filter(({ field }) => field !== undefined);
  // A patch that does not decode is refused with the patch itself as the field: no place in the text.
  const isPatch = causes.some(({ field }) => field === 'patch');
  if (status.reason === 'Invalid' && causes.length > 0 && !isPatch) {
    return causes.map(({ field, message }) => ({
      message: `${field}: ${message}`,
      severity: 'error',
      ...place(document, field, false),
    }));
  }
  const message = status.message ?? error.message;
  const unknown = [...message.matchAll(/unknown field "([^"]+)"/g)].map((match) => match[1]);
  if (unknown.length === 0) {
    return [{ message, severity: 'error', ...place(document, error.field, false) }];
  }
  return unknown.map((path) => ({
    message: `strict decoding error: unknown field "${path}"`,
    severity: 'error',
    ...place(document, path, true),
  }));
}

function place(
  document: DocumentPositions | undefined,
  path: string | undefined,
  isKey: boolean,
): Partial<TextRange> {
  if (!document) return {};
  if (path === undefined) return firstLine(document.range);
  const exact = isKey ? document.keys.get(path) : undefined;
  const found = exact ?? findPosition(document, path);
  return found === document.range ? firstLine(found) : found;
}

/** A squiggle below a whole document says nothing; its first line is enough. */
function firstLine(range: TextRange): TextRange {
  return { ...range, endLine: range.line, endColumn: Math.max(range.column + 1, 80) };
}

/** `yaml: line 7: …` */
function syntaxPlace(message: string, document: DocumentPositions | undefined): Partial<TextRange> {
  const line = /\bline (\d+)\b/.exec(message)?.[1];
  if (line === undefined)
    return document ? firstLine(document.range) : { line: 1, column: 1, endLine: 1, endColumn: 80 };
  return { line: Number(line), column: 1, endLine: Number(line), endColumn: 200 };
}
