/** Reads and checks a résumé. */
import { checkDates } from './checks/dates.ts';
import { checkKeys } from './checks/keys.ts';
import { checkLinks } from './checks/links.ts';
import { checkPhoto } from './checks/photo.ts';
import { checkSchema } from './checks/schema.ts';
import { checkSettings } from './checks/settings.ts';
import { publicCopy } from './private.ts';
import { report, ResumeError, type Problem } from '../../shared/problem.ts';
import { settingsOf } from './settings.ts';
import { readSource, type Source } from '../../shared/source.ts';
import type { Resume } from './types.ts';

export interface CheckedResume {
  resume: Resume;
  /** The report of all warnings; empty if there are none. */
  warnings: string;
  warningCount: number;
}

/** Throws a {@link ResumeError} with every problem, or a UserError if the file cannot be read. */
export async function loadResume(file: string): Promise<CheckedResume> {
  const source = await readSource(file);
  const problems = problemsOf(source).map((problem) => ({
    ...problem,
    offset: problem.offset ?? (problem.path && source.locate(problem.path, problem.atKey)),
  })) as Problem[];
  if (problems.some(({ severity }) => severity === 'error')) {
    throw new ResumeError(problems, report(problems, file, source.text));
  }
  return {
    resume: source.value as Resume,
    warnings: report(problems, file, source.text),
    warningCount: problems.length,
  };
}

function problemsOf(source: Source): Problem[] {
  if (source.problems.some(({ severity }) => severity === 'error')) return source.problems;
  const { value } = source;
  const problems = [
    ...checkSchema(value),
    ...checkKeys(value),
    ...checkDates(value),
    ...checkLinks(value),
    ...checkPhoto(value, source.file),
    ...checkSettings(value),
  ];
  return problems.some(({ severity }) => severity === 'error')
    ? problems
    : [...problems, ...checkName(value as Resume)];
}

/** The name is the page's heading and title. */
function checkName(resume: Resume): Problem[] {
  const settings = settingsOf(resume);
  if (!resume.basics?.name?.trim()) {
    return [
      {
        severity: 'error',
        message: 'basics.name is missing; a page needs a name',
        hint: 'Start with { "basics": { "name": "…" } }.',
        path: ['basics', 'name'],
      },
    ];
  }
  if (publicCopy(resume, settings.private).basics?.name) return [];
  return [
    {
      severity: 'error',
      message: 'meta.site.private hides basics.name; a page needs a name',
      path: ['meta', 'site', 'private'],
    },
  ];
}
