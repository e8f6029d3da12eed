/** What is wrong with a configuration, told like a résumé's faults: file, line, column, the line itself, what to do. */
import { report, type Problem } from '../../site/resume/problem.ts';
import { RemediableError } from '../remediable-error.ts';

export type { Problem };

/** Its message shows every problem. */
export class ConfigurationError extends RemediableError {
  override name = 'ConfigurationError';
}

export interface Located extends Problem {
  /** The file, or the environment variable: `CLOUD_RESUME_REGION`. */
  source: string;
}

/** @throws {ConfigurationError} where there is any problem */
export function refuse(problems: Located[], texts: ReadonlyMap<string, string>): void {
  if (problems.length === 0) return;
  const sources = [...new Set(problems.map(({ source }) => source))];
  throw new ConfigurationError(
    sources
      .map((source) =>
        report(
          problems.filter((problem) => problem.source === source),
          source,
          texts.get(source) ?? '',
        ),
      )
      .join('\n\n'),
    'Nothing was changed in AWS. Mend this and run it again.',
  );
}
