/** Makes a folder ready to publish a résumé from. Never overwrites a file; running it again adds what is missing. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../../shared/user-error.ts';
import { PROGRAM, RESUME_NAMES } from '../configuration/folders.ts';
import { checkSetting } from '../configuration/schema.ts';
import { readProgram } from '../configuration/version.ts';
import { ask, choose, confirm, isInteractive, type Terminal } from '../terminal/ask.ts';
import { isTaken, writeFileWhole } from '../terminal/output-file.ts';
import { PACKAGE, packageName, readProject, sha256, writeProject, type Workflows } from './project.ts';
import { askForResume, copyOthers, newResume, readResume, type NewResume } from './resume.ts';
import { generatedFiles, repositoryAbove, sharedWorkflow } from './templates.ts';

export interface InitOptions {
  resume?: string | undefined;
  name?: string | undefined;
  workflows?: Workflows | undefined;
  yes: boolean;
  terminal?: Terminal;
  say: (line: string) => void;
}

const [RESUME] = RESUME_NAMES;
const CONFIGURATION = 'cloud-resume.json';

/** @throws {UserError} before anything is written, except where a file cannot be written */
export async function init(target: string, options: InitOptions): Promise<void> {
  const { say } = options;
  const folder = resolve(target);
  if (folder === PROGRAM) {
    throw new UserError(
      'This is the repository of Cloud Resume itself, which contains no site of yours.',
      'Name another folder: npm run init -- ../my-resume',
    );
  }
  const found = await filesIn(folder);
  const project = await readProject(folder);
  requireAnswers(options, found);
  await confirmFolder(folder, found, options);
  const existing = RESUME_NAMES.find((name) => found.includes(name));
  if (options.resume !== undefined && existing) {
    throw new UserError(
      `This folder already has a ${existing}, which init does not replace.`,
      `Leave out --resume, or move ${existing} away first.`,
    );
  }
  const resume = existing ? undefined : await chooseResume(options);
  const name = found.includes(CONFIGURATION) ? undefined : await chooseName(folder, options);
  const workflows = project.generated?.workflows ?? (await chooseWorkflows(folder, options));

  const wanted: Record<string, string> = {
    ...(resume && { [RESUME]: resume.text }),
    ...(name !== undefined && { [CONFIGURATION]: configuration(name) }),
  };
  const generated = await generatedFiles(workflows);
  const written: string[] = [];
  for (const [path, text] of Object.entries({ ...wanted, ...generated })) {
    if (isTaken(join(folder, path))) continue;
    await makeFolder(dirname(join(folder, path)));
    await writeFileWhole(join(folder, path), text);
    written.push(path);
  }
  if (resume) written.push(...(await copyOthers(resume, folder)));
  const isOurs = (path: string) => written.includes(path) || project.generated?.files[path] !== undefined;
  const isNew = await writeProject(folder, project, {
    version: project.generated?.version ?? readProgram().version,
    workflows,
    files: Object.fromEntries(
      Object.entries(generated)
        .filter(([path]) => isOurs(path))
        .map(([path, text]) => [path, project.generated?.files[path] ?? sha256(text)]),
    ),
  });
  if (isNew)
    written.push(project.text === undefined ? 'package.json' : 'package.json (scripts and dependency)');
  say(written.length > 0 ? `Wrote ${written.join(', ')}.` : 'Nothing was missing.');
  if (resume?.warnings) say(`\n${resume.warnings}`);
  for (const line of await hints(folder, workflows, Boolean(name))) say(line);
  for (const line of nextSteps(target, folder, workflows)) say(line);
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new UserError(
      code === 'ENOTDIR' ? `${folder} is a file.` : `${folder} cannot be read (${code}).`,
      'Name another folder.',
    );
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UserError(
      `The folder ${folder} cannot be created (${(error as NodeJS.ErrnoException).code}).`,
      'Make its parent folder writable, or name another one.',
    );
  }
}

/** @throws {UserError} that lists the flags, where questions cannot be asked */
function requireAnswers({ resume, name, workflows, yes, terminal }: InitOptions, found: string[]): void {
  if (yes || isInteractive(terminal)) return;
  const missing = [
    ...(resume === undefined && !RESUME_NAMES.some((name) => found.includes(name)) ? ['--resume FILE'] : []),
    ...(name === undefined && !found.includes(CONFIGURATION) ? ['--name NAME'] : []),
    ...(workflows === undefined ? ['--workflows shared|own|none'] : []),
  ];
  if (missing.length === 0) return;
  throw new UserError(
    'init asks questions, but this is not a terminal.',
    `Answer with flags: ${missing.join(' ')}. Or give --yes to take the defaults.`,
  );
}

async function confirmFolder(folder: string, found: string[], { yes, terminal }: InitOptions): Promise<void> {
  const others = found.filter((name) => !name.startsWith('.') && name !== 'node_modules');
  const isExpected = others.some((name) => [...RESUME_NAMES, CONFIGURATION, 'package.json'].includes(name));
  if (yes || others.length === 0 || isExpected || !isInteractive(terminal)) return;
  if (!(await confirm(`${folder} contains other files, which stay as they are. Continue?`, true, terminal)))
    throw new UserError('Stopped.', 'Nothing was changed.');
}

async function chooseResume({ resume, yes, terminal }: InitOptions): Promise<NewResume> {
  if (resume !== undefined) return readResume(resume);
  if (yes) return newResume({});
  const source = await choose(
    'Your résumé',
    [
      { value: 'questions', label: 'I answer five questions' },
      { value: 'file', label: 'I have a file: JSON Resume, LinkedIn’s data archive (zip), Reactive Resume' },
    ],
    terminal,
  );
  return source === 'file' ? readResume(await ask('Path of the file', terminal)) : askForResume(terminal);
}

async function chooseName(folder: string, { name, yes, terminal }: InitOptions): Promise<string> {
  const proposed = packageName(folder);
  const answer =
    name ?? (yes ? '' : await ask(`Name for what is created in AWS (Enter for ${proposed})`, terminal));
  const chosen = answer || proposed;
  const [problem] = checkSetting('name', chosen);
  if (problem) throw new UserError(`${problem.message}.`, problem.hint ?? 'Choose another name.');
  return chosen;
}

async function chooseWorkflows(folder: string, options: InitOptions): Promise<Workflows> {
  const { workflows, yes, terminal, say } = options;
  const above = repositoryAbove(folder);
  if (above !== undefined && (workflows ?? 'shared') !== 'none') {
    say(
      `No workflow was written: ${folder} is inside the repository ${above}, and GitHub reads only .github there.`,
    );
    return 'none';
  }
  const wanted =
    workflows ??
    (yes || (await confirm('Let GitHub Actions publish every push?', true, terminal)) ? 'shared' : 'none');
  if (wanted !== 'shared' || (await sharedWorkflow()) !== undefined) return workflows ?? wanted;
  say('This copy of Cloud Resume does not come from GitHub, so the complete workflows are written here.');
  return 'own';
}

function configuration(name: string): string {
  // Also where the code is compiled into another folder of the package.
  const schema = createRequire(import.meta.url).resolve('../configuration/schema.json');
  const path = relative(PROGRAM, schema).replaceAll('\\', '/');
  const settings = { $schema: `./node_modules/${PACKAGE}/${path}`, name, region: 'us-east-1' };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

async function hints(folder: string, workflows: Workflows, hasNewName: boolean): Promise<string[]> {
  const ignored = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  const missing = ['node_modules', 'dist', '.data', '.cache', '*.private.json'].filter(
    (entry) => !ignored.split('\n').some((line) => line.replace(/\/$/, '') === entry),
  );
  return [
    ...(missing.length > 0 ? [`Add to .gitignore: ${missing.join(', ')}`] : []),
    ...(workflows !== 'none' && !existsSync(join(folder, '.git'))
      ? ['The workflow runs on GitHub: git init, then push this folder to a repository there.']
      : []),
    ...(hasNewName
      ? ['The Region is us-east-1; change it in cloud-resume.json before the first deploy.']
      : []),
  ];
}

function nextSteps(target: string, folder: string, workflows: Workflows): string[] {
  const isInstalled = existsSync(join(folder, 'node_modules', PACKAGE));
  return [
    '\nNext:',
    ...(folder === process.cwd() ? [] : [`  cd ${target.includes(' ') ? JSON.stringify(target) : target}`]),
    ...(isInstalled ? [] : ['  npm install']),
    '  npm start             your résumé on this machine',
    '  npm run deploy        and in your AWS account',
    ...(workflows === 'none' ? [] : ['  npm run bootstrap     once, to let GitHub Actions deploy']),
  ];
}
