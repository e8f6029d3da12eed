/** What is wrong with a configuration, told like a résumé's faults: file, line, column, the line itself, what to do. */
import { report, type Problem } from '../../shared/problem.ts';
import { UserError } from '../../shared/user-error.ts';

export type { Problem };

export interface Located extends Problem {
  /** The file, or the environment variable: `CLOUD_RESUME_REGION`. */
  source: string;
}

/** @throws {UserError} where there is any problem */
export function refuse(problems: Located[], texts: ReadonlyMap<string, string>): void {
  if (problems.length === 0) return;
  const sources = [...new Set(problems.map(({ source }) => source))];
  throw new UserError(
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
