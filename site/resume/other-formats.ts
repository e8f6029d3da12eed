/** Recognises files that are not JSON Resume, and says what they are and what to do. */
import { isObject } from '../../shared/path.ts';
import { UserError } from '../../shared/user-error.ts';

const CONVERT = (file: string) => `Convert it: npm run convert -- ${file}`;
const BY_HAND = 'Write a resume.json instead; https://jsonresume.org/schema describes the format.';

/** By the first bytes. */
export function refuseOtherFiles(bytes: Buffer, file: string): void {
  const start = bytes
    .subarray(0, 4_000)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  const refuse = (what: string, remedy: string) => {
    throw new UserError(`${file} is ${what}.`, remedy);
  };
  if (start.startsWith('PK\u0003\u0004')) {
    const names = bytes.toString('latin1');
    if (names.includes('word/document.xml')) refuse('a Word document', BY_HAND);
    if (names.includes('Profile.csv')) refuse("LinkedIn's data archive", CONVERT(file));
    refuse('a zip archive', BY_HAND);
  }
  if (start.startsWith('%PDF')) refuse('a PDF', BY_HAND);
  if (/^(<!doctype html|<html)/i.test(start)) refuse('an HTML page', BY_HAND);
  if (/^<\?xml|^</.test(start))
    refuse(
      /europass|SkillsPassport/i.test(start) ? 'a Europass CV in XML' : 'XML',
      `Europass has no export to JSON Resume. ${BY_HAND}`,
    );
  if (/^"?First Name"?,"?Last Name"?,/.test(start))
    refuse(
      "a table of LinkedIn's data export",
      'Convert the whole archive: npm run convert -- Basic_LinkedInDataExport.zip',
    );
}

/** By the keys of the value. */
export function refuseOtherShapes(value: unknown, file: string): void {
  if (!isObject(value)) return;
  const has = (...keys: string[]) => keys.every((key) => Object.hasOwn(value, key));
  const refuse = (what: string, remedy: string) => {
    throw new UserError(`${file} is ${what}.`, remedy);
  };
  if (has('basics', 'sections') && isObject(value['sections']))
    refuse('a Reactive Resume export', CONVERT(file));
  if (has('SkillsPassport')) refuse('a Europass CV', `Europass has no export to JSON Resume. ${BY_HAND}`);
  if (has('name', 'version') && (has('dependencies') || has('scripts') || has('devDependencies')))
    refuse('a package.json, not a résumé', 'Pass the path of your résumé.');
}
