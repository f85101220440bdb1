import { z } from 'zod';
import type { Fault } from '../lab/run';
import { DOMAINS, type Domain } from './domains';

/** Front matter of lesson.md. */
export const frontMatterSchema = z.strictObject({
  title: z.string().min(1).describe('as the list of lessons shows it'),
  summary: z.string().min(1).describe('one sentence below the title'),
  minutes: z.number().int().positive().default(10),
  kind: z.enum(['lesson', 'question']).default('lesson'),
  domain: z.enum(Object.keys(DOMAINS) as [Domain, ...Domain[]]).describe('of the curriculum'),
  sources: z.array(z.string().min(1)).default([]).describe('where people asked this'),
});

const faultSchema = z.custom<Fault>(
  (value) => typeof value === 'object' && value !== null && 'do' in value,
  'a fault is an object with `do`, e.g. {do: signal, pod: default/web, container: app, signal: KILL}',
);

const stepSchema = z
  .strictObject({
    at: z.number().nonnegative().describe('virtual seconds after the answer is applied'),
    run: z.string().optional().describe('a command line on the workstation'),
    script: z.string().optional().describe('a file of the answer, run on the workstation'),
    as: z.string().optional().describe('the name by which checks ask for its output'),
    apply: z.string().optional().describe('manifests'),
    inject: faultSchema.optional(),
  })
  .refine(
    ({ run, script, apply, inject }) =>
      [run, script, apply, inject].filter((one) => one !== undefined).length === 1,
    { message: 'a step has exactly one of `run`, `script`, `apply` and `inject`' },
  );

const scenarioSchema = z.strictObject({
  seconds: z.number().positive().max(3600).describe('how long the answer is watched'),
  seed: z.number().int().default(1),
  given: z
    .boolean()
    .default(false)
    .describe('apply the manifests as given; the answer’s scripts must do the rest'),
  steps: z.array(stepSchema).default([]),
});

const checkSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  scenario: z.string().default('default'),
  when: z.enum(['eventually', 'always', 'end']),
  from: z.number().nonnegative().default(0).describe('for `always`: from this second on'),
  expect: z.string().min(1).describe('a CEL expression'),
  points: z.number().int().positive().default(1),
  hint: z.string().min(1).describe('what the learner reads when it fails'),
});

const situationSchema = scenarioSchema.extend({
  shows: z.string().min(1).describe('a CEL expression that holds at its end'),
});

/** checks.yaml. */
export const checksSchema = z.strictObject({
  scenarios: z.record(z.string(), scenarioSchema).default({}),
  situation: situationSchema
    .optional()
    .describe('what the page opens with: the files as given, after some time'),
  checks: z.array(checkSchema).min(1),
  wrong: z.record(z.string(), z.string()).default({}).describe('wrong answer → the check it fails'),
});
