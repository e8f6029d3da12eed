/** The workflows of this repository, parsed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  'timeout-minutes'?: number;
}

export interface Job {
  uses?: string;
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  environment?: string | { name: string };
  'timeout-minutes'?: number;
  steps?: Step[];
}

export interface Workflow {
  on: unknown;
  permissions: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}

export const FOLDER = '.github/workflows';
export const ACTION = '.github/actions/prepare/action.yml';
export const texts = new Map(
  readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const),
);
export const workflows = [...texts].map(([name, text]) => [name, parse(text) as Workflow] as const);
export const jobs = workflows.flatMap(([name, { jobs: own }]) =>
  Object.entries(own).map(([job, content]) => [`${name} ${job}`, content] as const),
);
export const steps = [
  ...jobs.flatMap(([name, job]) => (job.steps ?? []).map((step) => [name, step] as const)),
  ...(parse(readFileSync(ACTION, 'utf8')) as { runs: { steps: Step[] } }).runs.steps.map(
    (step) => [ACTION, step] as const,
  ),
];

export const workflowOf = (file: string) => workflows.find(([name]) => name === file)![1];
export const jobsOf = (file: string) => workflowOf(file).jobs;

export const asksForCredentials = ({ uses = '' }: Step) =>
  uses.startsWith('aws-actions/configure-aws-credentials@');
