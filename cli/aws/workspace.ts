/** Prepares Terraform for one environment: backend, providers and variables. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { INFRA, IS_PACKAGE, OWNER, PROGRAM } from '../configuration/folders.ts';
import type { Configuration } from '../configuration/index.ts';
import { during } from '../terminal/ask.ts';
import { diagnose, type Diagnostic } from './diagnosis.ts';
import type { StateBucket } from './state-bucket.ts';
import { createTerraform, findProviderMirror } from './terraform.ts';

/** An event of Terraform's `-json` output; the parts that are used here. */
export interface TerraformEvent {
  type: string;
  '@message': string;
  diagnostic?: Diagnostic;
  hook?: { resource: { addr: string }; action: string; elapsed_seconds?: number };
}

export interface Workspace {
  configuration: Configuration;
  /** Folder of this environment on this machine, for variables and plan. */
  directory: string;
  /** @returns a flag for commands that take variables: `-var-file=…` */
  setVariables(variables: Record<string, unknown>): Promise<string>;
  /**
   * Runs a command that supports `-json`.
   * @returns the exit code where it is one of `accepted`
   * @throws {TerraformError} that explains Terraform's errors
   */
  run(args: readonly string[], options?: RunOptions): Promise<number>;
  /** Runs a command that does not. @returns its standard output */
  runPlain(args: readonly string[]): Promise<string>;
}

export interface RunOptions {
  accepted?: number[];
  onEvent?: (event: TerraformEvent) => void;
}

export interface WorkspaceOptions {
  configuration: Configuration;
  /** Folder of Terraform's configuration; infra/ by default. */
  module?: string;
  bucket: StateBucket;
  /** As people type it: `npm run deploy`. */
  command: string;
  say: (line: string) => void;
}

/** @throws {UserError} where `terraform init` fails */
export async function openWorkspace({
  configuration,
  module = INFRA,
  bucket,
  command,
  say,
}: WorkspaceOptions): Promise<Workspace> {
  // Another project or account with the same name gets another folder.
  const directory = join(OWNER, '.cache', 'deploy', bucket.name, dirname(bucket.key));
  const dataDirectory = join(directory, 'terraform');
  await mkdir(dataDirectory, { recursive: true });
  if (IS_PACKAGE) await copyInfra();
  const terraform = createTerraform({
    directory: module,
    dataDirectory,
    environment: await withPluginCache(process.env),
    onInterrupt: () =>
      say('\nStopping: Terraform finishes what it has begun, saves the state and releases its lock …'),
  });
  const erroredState = join(directory, 'errored.tfstate');
  const fail = async (diagnostics: Diagnostic[]): Promise<never> => {
    // Terraform leaves a state here that it could not save.
    const unsaved = join(module, 'errored.tfstate');
    if (existsSync(unsaved)) await rename(unsaved, erroredState);
    throw diagnose(diagnostics, configuration, command);
  };
  const workspace: Workspace = {
    configuration,
    directory,
    async setVariables(variables) {
      const file = join(directory, 'variables.tfvars.json');
      await writeFile(file, JSON.stringify(variables, null, 2));
      return `-var-file=${file}`;
    },
    async run(args, { accepted = [0], onEvent } = {}) {
      const diagnostics: Diagnostic[] = [];
      const { exitCode, stderr } = await terraform.run(args, (line) => {
        const event = readEvent(line);
        if (event?.diagnostic) {
          diagnostics.push({ ...event.diagnostic, detail: event.diagnostic.detail ?? '' });
        }
        if (event) onEvent?.(event);
      });
      if (accepted.includes(exitCode)) return exitCode;
      if (diagnostics.some(({ severity }) => severity === 'error')) return fail(diagnostics);
      return fail([fromText(args, stderr)]);
    },
    async runPlain(args) {
      const { exitCode, stdout, stderr } = await terraform.run(args);
      if (exitCode !== 0) return fail([fromText(args, stderr || stdout)]);
      return stdout;
    },
  };
  const mirror = findProviderMirror();
  const init = [
    'init',
    '-input=false',
    '-reconfigure',
    '-lockfile=readonly',
    '-no-color',
    `-backend-config=bucket=${bucket.name}`,
    `-backend-config=key=${bucket.key}`,
    `-backend-config=region=${bucket.region}`,
    ...(mirror ? [`-plugin-dir=${mirror}`] : []),
  ];
  await during('Preparing Terraform (terraform init)', () => workspace.runPlain(init));
  if (existsSync(erroredState)) {
    say('Saving the state that an earlier run could not save …');
    // Terraform rejects one that does not belong here.
    await workspace.runPlain(['state', 'push', erroredState]);
    await rm(erroredState);
  }
  return workspace;
}

function readEvent(line: string): TerraformEvent | undefined {
  try {
    return JSON.parse(line) as TerraformEvent;
  } catch {
    return undefined;
  }
}

/** Without `-json`, errors are drawn in boxes on standard error. */
function fromText([subcommand]: readonly string[], text: string): Diagnostic {
  return {
    severity: 'error',
    summary: `terraform ${subcommand} failed`,
    detail: text.replaceAll(/^[╷│╵] ?/gm, '').trim(),
  };
}

/** Copies infra/ and what it reads in contract/ from the package. Contents only: a package's files may be write-protected. */
async function copyInfra(): Promise<void> {
  for (const folder of ['infra', 'infra/bootstrap', 'contract']) {
    const [from, to] = [join(PROGRAM, folder), join(dirname(INFRA), folder)];
    await mkdir(to, { recursive: true });
    const names = (await readdir(from, { withFileTypes: true })).filter((entry) => entry.isFile());
    for (const { name } of names) await writeFile(join(to, name), await readFile(join(from, name)));
    // Left by an earlier version.
    for (const name of await readdir(to))
      if (name.endsWith('.tf') && !existsSync(join(from, name))) await rm(join(to, name));
  }
}

/** Providers are large, so environments share one download. */
async function withPluginCache(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (environment['TF_PLUGIN_CACHE_DIR'] || findProviderMirror(environment)) return environment;
  const folder = join(OWNER, '.cache', 'terraform-plugins');
  await mkdir(folder, { recursive: true });
  return { ...environment, TF_PLUGIN_CACHE_DIR: folder };
}
