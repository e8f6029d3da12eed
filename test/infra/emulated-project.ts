/** A copy of this project, whose commands run as child processes against an emulated AWS account; also from the npm package. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EmulatedAws } from './emulated-aws/index.ts';
import { ROOT, withoutAws } from './tools.ts';

export type EmulatedProject = Awaited<ReturnType<typeof createEmulatedProject>>;
export type Commands = ReturnType<typeof commandsOf>;

interface EmulatedProjectOptions {
  aws: EmulatedAws;
  /** Port of the TLS front; AWS's host names lead there. */
  frontPort?: number;
  environment?: NodeJS.ProcessEnv;
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

export async function createEmulatedProject({ aws, frontPort, environment }: EmulatedProjectOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'emulated-project-'));
  await copyProject(directory);
  await cp(join(ROOT, 'test/fixtures/resumes/engineer.json'), join(directory, 'resume.json'));
  await writeFile(join(directory, 'cloud-resume.json'), '{ "name": "cloud-resume" }');
  const plugins = join(ROOT, '.cache', 'terraform-plugins');
  await mkdir(plugins, { recursive: true });
  const env: NodeJS.ProcessEnv = {
    ...withoutAws(),
    ...aws.environment,
    TF_PLUGIN_CACHE_DIR: plugins,
    TF_CLI_ARGS_apply: '-parallelism=20',
    // roll-back.sh runs npm ci.
    npm_config_prefer_offline: 'true',
    ...(frontPort !== undefined && {
      NODE_OPTIONS: `--import=${PRELOAD}`,
      EMULATED_FRONT_PORT: String(frontPort),
    }),
    ...environment,
  };
  return {
    directory,
    ...commandsOf(directory, directory, env),
    /** The same project with other environment variables. */
    with: (environment: NodeJS.ProcessEnv) => commandsOf(directory, directory, { ...env, ...environment }),
    /** Installs the npm package in an owner's folder and returns its commands. */
    async install(folder: string, tarball: string) {
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
      await promisify(execFile)('npm', ['install', '--prefix', folder, ...flags, tarball]);
      const program = join(folder, 'node_modules/cloud-resume');
      await writeFile(join(program, 'infra/emulated_override.tf'), OVERRIDE);
      return commandsOf(folder, program, env);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The commands of a program in an owner's folder. */
function commandsOf(folder: string, program: string, env: NodeJS.ProcessEnv) {
  /** Starts a command, `start('deploy', '--yes')`, or a script of the pipeline: `start('deploy.sh', 'production')`. */
  const start = (command: string, ...flags: string[]) =>
    startCommand(folder, join(program, 'cli/main.mjs'), env, command, flags);
  /** Runs it to its end. */
  const run = (command: string, ...flags: string[]) => start(command, ...flags).result;
  return { start, run };
}

async function copyProject(directory: string): Promise<void> {
  await Promise.all(
    PARTS.map((part) =>
      cp(join(ROOT, part), join(directory, part), {
        recursive: true,
        filter: (source) => !/[\\/](\.terraform|[^\\/]*\.tfstate)$/.test(source),
      }),
    ),
  );
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'), 'junction');
  await writeFile(join(directory, 'infra/emulated_override.tf'), OVERRIDE);
}

function startCommand(cwd: string, main: string, env: NodeJS.ProcessEnv, command: string, flags: string[]) {
  const [program, ...args] = command.endsWith('.sh')
    ? ['bash', join(ROOT, '.github/scripts', command)]
    : [process.execPath, main, command];
  const child = spawn(program!, [...args, ...flags], {
    cwd,
    // Every AWS call names the command, Terraform's too: roles.ts asks who needs which permission.
    env: { ...env, AWS_SDK_UA_APP_ID: `command-${command}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  /** The output is standard output and standard error, in order. */
  const result = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, output }));
  return {
    child,
    result,
    /** Resolves when the output matches; rejects when the command ends first. */
    says: (text: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (text.test(output)) resolve();
        };
        listeners.add(look);
        look();
        void result.then(() => reject(new Error(`${command} ended without printing ${text}:\n${output}`)));
      }),
  };
}

/** A Terraform override file for the copy's infra/bootstrap: the emulator needs S3's path style. Endpoints come from the environment. */
export const BOOTSTRAP_OVERRIDE = `provider "aws" {
  s3_use_path_style = true
}
terraform {
  backend "s3" {
    encrypt        = true
    use_lockfile   = true
    use_path_style = true
  }
}
`;
/** For infra/. The emulator's distributions are deployed immediately; the provider would first look after 30 s. */
const OVERRIDE = `${BOOTSTRAP_OVERRIDE}
provider "aws" {
  alias             = "us_east_1"
  s3_use_path_style = true
}
resource "aws_cloudfront_distribution" "site" {
  wait_for_deployment = false
}
`;
