/** Converts other tools' files to JSON Resume. */
import { readFile, stat } from 'node:fs/promises';
import { report } from '../../shared/problem.ts';
import { readSource } from '../../shared/source.ts';
import { isObject } from '../../shared/path.ts';
import { UserError } from '../../shared/user-error.ts';
import { normalise } from '../resume/normalise/index.ts';
import { refuseOtherFiles } from '../resume/other-formats.ts';
import type { Resume } from '../resume/types.ts';
import { fromLinkedIn } from './linkedin.ts';
import { fromReactiveResume } from './reactive-resume.ts';

export interface Converted {
  resume: Resume;
  /** What the file is: "LinkedIn's data archive". */
  from: string;
  /** What was not understood; empty if there is nothing. */
  warnings: string;
}

/** Bytes. The complete archive contains pictures and messages. */
const MAX_ARCHIVE_SIZE = 500_000_000;

/** @throws UserError if the file is something else, or damaged */
export async function convert(file: string): Promise<Converted> {
  const { from, value } = await read(file);
  const { resume, notes } = normalise(value);
  if (!resume.basics?.name) throw new UserError(`${file} names nobody.`, 'Is it the right file?');
  const warnings = notes.filter(({ severity }) => severity === 'warning');
  return { resume, from, warnings: report(warnings, file, '') };
}

async function read(file: string): Promise<{ from: string; value: Record<string, unknown> }> {
  if (/\.zip$/i.test(file)) {
    const { size } = await stat(file).catch(() => {
      throw new UserError(`${file} does not exist.`, 'Pass the path of the file.');
    });
    if (size > MAX_ARCHIVE_SIZE)
      throw new UserError(
        `${file} is over ${MAX_ARCHIVE_SIZE / 1e6} MB.`,
        'Ask LinkedIn for the smaller archive.',
      );
    return { from: "LinkedIn's data archive", value: fromLinkedIn(await readFile(file)) };
  }
  const { value } = await readSource(file, { refuse: refuseOtherFiles });
  if (isObject(value) && isObject(value['sections']) && isObject(value['basics']))
    return { from: 'a Reactive Resume export', value: fromReactiveResume(value) };
  throw new UserError(
    `${file} is neither LinkedIn's data archive nor a Reactive Resume export.`,
    `Other résumés need no conversion: npm run validate -- ${file}`,
  );
}
