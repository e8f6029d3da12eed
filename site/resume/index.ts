/** Reads a résumé: any understandable file becomes JSON Resume 1.2, with notes on what was changed. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { childrenOf, parsePath, pathText, resolvePath } from '../../shared/path.ts';
import { report, ResumeError, type Problem } from '../../shared/problem.ts';
import { readSource, type Source } from '../../shared/source.ts';
import { checkSchema } from './checks/schema.ts';
import { checkSettings } from './checks/settings.ts';
import { normalise } from './normalise/index.ts';
import type { Note } from './normalise/notes.ts';
import { photoProblems } from './photo/find.ts';
import { refuseOtherFiles, refuseOtherShapes } from './other-formats.ts';
import { blank, merged, privateFile, publicCopy } from './private.ts';
import { settingsOf, type Settings } from './settings.ts';
import type { Resume } from './types.ts';
import { hiddenByShow } from './variants.ts';

export interface CheckedResume {
  /** Normalised, and without what `meta.site.private` lists. */
  resume: Resume;
  /** As in the file, including `private` and `variants`, which `resume` no longer contains. */
  settings: Settings;
  /** Paths in {@link LoadOptions.hide} that match nothing. */
  unmatched: string[];
  /** The report of all warnings and notes; empty if there are none. */
  warnings: string;
  warningCount: number;
  noteCount: number;
}

export interface LoadOptions {
  /** Reject what the schema does not allow, and what the reader would warn about. */
  strict?: boolean | undefined;
  /** More paths to leave out. */
  hide?: string[] | undefined;
  /** The only sections and entries to keep. */
  show?: string[] | undefined;
  /** The build fetches a photo from another server. */
  fetchPhoto?: boolean | undefined;
  /** Add what `resume.private.json` contains, if it exists. Only for builds that are not published. */
  withPrivate?: boolean | undefined;
}

/** Throws a {@link ResumeError} with every problem, or a UserError if the file cannot be read. */
export async function loadResume(file: string, options: LoadOptions = {}): Promise<CheckedResume> {
  const { strict = false } = options;
  const source = await readSource(file, { refuse: refuseOtherFiles, strict });
  refuseOtherShapes(source.value, file);
  const syntax = strict ? source.problems : source.problems.map(tolerate);
  const isBroken = syntax.some(({ severity }) => severity === 'error') && source.value === undefined;
  const { problems, ...loaded } = isBroken ? NOTHING : read(source, options);
  const added = options.withPrivate ? await readPrivateFile(file) : undefined;
  if (added) loaded.resume = merged(loaded.resume, added);
  const photo = await photoProblems(loaded.resume, file, options.fetchPhoto);
  const notPublic = added ? [privateBuild(file)] : [];
  const all = [...syntax, ...problems, ...photo, ...notPublic].map((problem) => ({
    ...problem,
    offset: problem.offset ?? (problem.path && source.locate(problem.path, problem.atKey)),
  })) as Problem[];
  const text = report(all, file, source.text);
  if (all.some(({ severity }) => severity === 'error')) throw new ResumeError(all, text);
  const count = (severity: Problem['severity']) =>
    all.filter((problem) => problem.severity === severity).length;
  return { ...loaded, warnings: text, warningCount: count('warning'), noteCount: count('note') };
}

/** What `resume.private.json` contains; `undefined` if it does not exist, as on every machine but the owner's. */
async function readPrivateFile(file: string): Promise<Resume | undefined> {
  if (!existsSync(privateFile(file))) return undefined;
  const source = await readSource(privateFile(file));
  const errors = source.problems.map(tolerate).filter(({ severity }) => severity === 'error');
  if (errors.length) throw new ResumeError(errors, report(errors, privateFile(file), source.text));
  const { meta: _meta, ...resume } = normalise(source.value).resume;
  return resume;
}

function privateBuild(file: string): Problem {
  return {
    severity: 'note',
    message: `this build contains ${basename(privateFile(file))}: it is only for you`,
    offset: 0,
    grouped: true,
  };
}

function tolerate(problem: Problem): Problem {
  const { tolerated, ...rest } = problem;
  return tolerated === undefined
    ? rest
    : { ...rest, severity: 'note', message: tolerated, hint: undefined, grouped: true };
}

type Loaded = Pick<CheckedResume, 'resume' | 'settings' | 'unmatched'> & { problems: Problem[] };

const NOTHING: Loaded = { resume: {}, settings: settingsOf({}), unmatched: [], problems: [] };

function read(source: Source, { strict = false, hide = [], show }: LoadOptions): Loaded {
  const { value } = source;
  const whole = normalise(value);
  const problems = strict ? strictProblems(value, source.syntax, whole.notes) : whole.notes;
  const all = [...problems, ...settingProblems(whole.resume, value)];
  if (all.some(({ severity }) => severity === 'error')) return { ...NOTHING, problems: all };
  const settings = settingsOf(whole.resume);
  const paths = [...settings.private, ...hide, ...(show ? hiddenByShow(show, value, whole.resume) : [])];
  // Paths may use the file's own keys or those of JSON Resume.
  const unresolved = paths.filter((path) => !matches(path, value));
  const resume = publicCopy(normalise(blank(value, paths)).resume, unresolved);
  return {
    resume,
    settings,
    unmatched: hide.filter((path) => !matches(path, value) && !matches(path, whole.resume)),
    problems: [...all, ...checkName(whole.resume, resume, source), ...privateNote(settings.private, source)],
  };
}

/** The schema allows unknown keys, so they stay warnings. */
function strictProblems(value: unknown, syntax: Source['syntax'], notes: Note[]): Problem[] {
  const schema = checkSchema(value, syntax);
  const reported = new Set(schema.map(({ path = [] }) => pathText(path)));
  return [
    ...schema,
    ...notes
      .filter(({ path = [] }) => !reported.has(pathText(path)))
      .map((note): Problem =>
        note.severity === 'warning' && !note.isUnknownKey
          ? { ...note, severity: 'error', grouped: false }
          : note,
      ),
  ];
}

function matches(path: string, value: unknown): boolean {
  return resolvePath(value, parsePath(path) ?? []).length > 0;
}

/** What `private` hides is still in the file, and the file is often in a public repository. */
function privateNote(paths: string[], { file }: Source): Problem[] {
  if (!paths.length) return [];
  return [
    {
      severity: 'note',
      message: `meta.site.private keeps ${paths.join(', ')} out of everything that is built, but not out of ${basename(file)}`,
      hint: `In a public repository, everyone can read it there. Move it to ${privateFile(basename(file))}, which git ignores.`,
      path: ['meta', 'site', 'private'],
      grouped: true,
    },
  ];
}

/** A path in `private` counts if it leads somewhere in the file as it is written, or as it is read. */
function settingProblems(resume: Resume, value: unknown): Problem[] {
  return checkSettings(resume, (text) => {
    const path = parsePath(text) ?? [];
    if (resolvePath(value, path).length) return true;
    // The reader leaves out empty entries, so a number may mean another entry than in the file.
    return !path.some((step) => typeof step === 'number') && resolvePath(resume, path).length > 0;
  });
}

/** Characters, combining marks included. Longer names are mistakes, and would take minutes to draw. */
const MAX_NAME = 500;

/** The name is the page's heading and title. */
function checkName(whole: Resume, resume: Resume, { syntax, file, value }: Source): Problem[] {
  const path = ['basics', 'name'];
  const error = (message: string, hint?: string, at = path): Problem[] => [
    { severity: 'error', message, hint, path: at },
  ];
  const { length = 0 } = resume.basics?.name ?? '';
  if (length > MAX_NAME)
    return error(`basics.name has ${length} characters; a page has room for ${MAX_NAME}`, 'Shorten it.');
  if (length > 0) return [];
  if (whole.basics?.name)
    return error('meta.site.private hides basics.name; a page needs a name', undefined, [
      'meta',
      'site',
      'private',
    ]);
  const languages = childrenOf(value).filter(([key]) => /^[a-z]{2}(-[A-Z]{2})?$/.test(String(key)));
  const example = syntax === 'yaml' ? '"basics:", and under it "  name: …"' : '{ "basics": { "name": "…" } }';
  return error(
    'basics.name is missing; a page needs a name',
    languages.length > 1
      ? `Its keys are languages. Write each into a file of its own: ${basename(file)}, ${basename(file).replace(/(\.[^.]*)$/, `.${languages[1]![0]}$1`)}.`
      : `Start ${file} with ${example}.`,
  );
}
