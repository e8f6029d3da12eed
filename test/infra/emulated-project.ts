/** A copy of this project, or an owner's folder with the npm package, whose commands run as child processes against an emulated AWS account. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EmulatedAws } from './emulated-aws/index.ts';
import { ROOT, withoutAws } from './tools.ts';

export interface EmulatedProject {
  directory: string;
  /** Starts a command, `start('deploy', '--yes')`, or a script of the pipeline: `start('deploy.sh', 'production')`. */
  start(command: string, ...flags: string[]): RunningCommand;
  /** Runs it to its end. */
  run(command: string, ...flags: string[]): Promise<CommandResult>;
  /** The same project with other environment variables; `undefined` removes one. */
  with(environment: NodeJS.ProcessEnv): Pick<EmulatedProject, 'start' | 'run'>;
  /** Removes a resource from the copy's infra/. */
  removeResource(file: string, type: string): Promise<void>;
  remove(): Promise<void>;
}

export interface RunningCommand {
  child: ChildProcess;
  /** Resolves when the output matches; rejects when the command ends first. */
  says(text: RegExp): Promise<void>;
  result: Promise<CommandResult>;
}

export interface CommandResult {
  exitCode: number | null;
  /** Standard output and standard error, in order. */
  output: string;
}

export interface EmulatedProjectOptions {
  aws: EmulatedAws;
  /** Port of the TLS front; AWS's host names lead there. */
  frontPort?: number;
  environment?: NodeJS.ProcessEnv;
  /** The npm package's tarball, to install instead of copying the project. */
  tarball?: string | undefined;
}

/** What the commands need, without build results. */
const PARTS = [
  'cli',
  'contract',
  'functions',
  'infra',
  'local-cloud',
  'shared',
  'site',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const PRELOAD = fileURLToPath(new URL('./lead-to-front.mjs', import.meta.url));

export async function createEmulatedProject({
  aws,
  frontPort,
  environment,
  tarball,
}: EmulatedProjectOptions): Promise<EmulatedProject> {
  const directory = await mkdtemp(join(tmpdir(), 'emulated-project-'));
  const program = await (tarball ? installPackage(directory, tarball) : copyProject(directory));
  await cp(join(ROOT, 'test/fixtures/resumes/engineer.json'), join(directory, 'resume.json'));
  await writeFile(join(directory, 'cloud-resume.json'), '{ "name": "cloud-resume" }');
  await writeFile(join(program, 'infra/emulated_override.tf'), OVERRIDE);
  const plugins = join(ROOT, '.cache', 'terraform-plugins');
  await mkdir(plugins, { recursive: true });
  const env: NodeJS.ProcessEnv = {
    ...withoutAws(),
    ...aws.environment,
    TF_PLUGIN_CACHE_DIR: plugins,
    TF_CLI_ARGS_apply: '-parallelism=20',
    ...(frontPort !== undefined && {
      NODE_OPTIONS: `--import=${PRELOAD}`,
      EMULATED_FRONT_PORT: String(frontPort),
    }),
    ...environment,
  };
  const runner = (environment: NodeJS.ProcessEnv) => {
    const start: EmulatedProject['start'] = (command, ...flags) =>
      startCommand(directory, join(program, 'cli/main.mjs'), environment, command, flags);
    return { start, run: (command: string, ...flags: string[]) => start(command, ...flags).result };
  };
  return {
    directory,
    ...runner(env),
    with: (environment) => runner({ ...env, ...environment }),
    async removeResource(file, type) {
      const path = join(directory, 'infra', file);
      const text = await readFile(path, 'utf8');
      const without = text.replace(new RegExp(`^resource "${type}" [^]*?^}\\n`, 'm'), '');
      if (without === text) throw new Error(`${file} has no ${type}.`);
      await writeFile(path, without);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function copyProject(directory: string): Promise<string> {
  await Promise.all(
    PARTS.map((part) =>
      cp(join(ROOT, part), join(directory, part), {
        recursive: true,
        filter: (source) => !/[\\/](\.terraform|[^\\/]*\.tfstate)$/.test(source),
      }),
    ),
  );
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  return directory;
}

async function installPackage(directory: string, tarball: string): Promise<string> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await promisify(execFile)('npm', ['install', '--prefix', directory, ...flags, tarball]);
  return join(directory, 'node_modules/cloud-resume');
}

function startCommand(
  cwd: string,
  main: string,
  env: NodeJS.ProcessEnv,
  command: string,
  flags: string[],
): RunningCommand {
  const [program, ...args] = command.endsWith('.sh')
    ? ['bash', join(ROOT, '.github/scripts', command)]
    : [process.execPath, main, command];
  const child = spawn(program!, [...args, ...flags], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const result = once(child, 'close').then(([exitCode]) => ({
    exitCode: exitCode as number | null,
    output,
  }));
  return {
    child,
    result,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.test(output)) resolve();
        };
        listeners.add(look);
        look();
        void result.then(() => reject(new Error(`${command} ended without printing ${text}:\n${output}`)));
      }),
  };
}

/** A Terraform override file for the copy: the emulator needs S3's path style. Endpoints come from the environment. */
const PATH_STYLE = 's3_use_path_style = true';
const OVERRIDE = `provider "aws" {
  ${PATH_STYLE}
}
provider "aws" {
  alias = "us_east_1"
  ${PATH_STYLE}
}
terraform {
  backend "s3" {
    encrypt        = true
    use_lockfile   = true
    use_path_style = true
  }
}
`;
