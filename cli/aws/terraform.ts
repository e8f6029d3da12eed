/** Runs Terraform, checks its version and finds its providers. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../../shared/user-error.ts';
import { isOlder } from '../configuration/version.ts';

export interface TerraformOptions {
  /** Folder of the configuration: infra/. */
  directory: string;
  /** Folder for providers and backend settings (`TF_DATA_DIR`); one for each environment. */
  dataDirectory: string;
  environment?: NodeJS.ProcessEnv;
  /** Called at Ctrl-C: Terraform has been asked to stop, which may take a while. */
  onInterrupt?: () => void;
}

export interface TerraformResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Terraform {
  /**
   * Resolves at the end, whatever the exit code.
   * @param onLine receives every line of standard output
   * @throws {UserError} where Terraform is missing, and after Ctrl-C; Terraform has ended gracefully by then
   */
  run(args: readonly string[], onLine?: (line: string) => void): Promise<TerraformResult>;
}

export function createTerraform(options: TerraformOptions): Terraform {
  const { directory, dataDirectory, environment = process.env, onInterrupt } = options;
  return {
    run: (args, onLine) =>
      new Promise((resolve, reject) => {
        // In its own process group: otherwise Ctrl-C would reach Terraform twice, from the terminal and from here. At the second
        // signal it drops everything, including the lock.
        const child = spawn('terraform', [`-chdir=${directory}`, ...args], {
          env: { ...environment, TF_DATA_DIR: dataDirectory, TF_IN_AUTOMATION: '1', TF_INPUT: '0' },
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        });
        let interrupted = false;
        const interrupt = () => {
          if (interrupted) return;
          interrupted = true;
          child.kill('SIGINT');
          onInterrupt?.();
        };
        process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
        let stdout = '';
        let stderr = '';
        createInterface({ input: child.stdout }).on('line', (line) => {
          stdout += `${line}\n`;
          onLine?.(line);
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        const finish = (settle: () => void) => {
          process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
          settle();
        };
        child.on('error', (error: NodeJS.ErrnoException) =>
          finish(() => reject(error.code === 'ENOENT' ? missingTerraform() : error)),
        );
        child.on('close', (code) =>
          finish(() =>
            interrupted ? reject(interruption()) : resolve({ exitCode: code ?? 1, stdout, stderr }),
          ),
        );
      }),
  };
}

/** After Ctrl-C, Terraform has saved its state and released its lock. */
function interruption(): UserError {
  return new UserError(
    'Interrupted.',
    'Nothing is locked. Run the same command again to continue where this one stopped.',
  );
}

function missingTerraform(): UserError {
  return new UserError(
    'Terraform is not installed: there is no terraform on the PATH.',
    'Install Terraform 1.11 or newer: https://developer.hashicorp.com/terraform/install',
  );
}

/** Keeps state locks in S3 without a table (use_lockfile). infra/versions.tf says the same. */
const OLDEST = '1.11.0';

/**
 * @returns Terraform's version: `1.11.4`
 * @throws {UserError} where it is missing or too old
 */
export function checkTerraformVersion(environment: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, error } = spawnSync('terraform', ['version', '-json'], {
    encoding: 'utf8',
    env: environment,
  });
  if (error || status !== 0) throw missingTerraform();
  const version = (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
  if (isOlder(version, OLDEST)) {
    throw new UserError(
      `Terraform is ${version}, but ${OLDEST} or newer is needed.`,
      'Update it: https://developer.hashicorp.com/terraform/install',
    );
  }
  return version;
}

/**
 * Finds a folder for `terraform init -plugin-dir` on machines that keep Terraform's providers: the one that `TERRAFORM_PLUGIN_DIR`
 * names, or one in /opt. Terraform itself searches ~/.terraform.d/plugins and /usr/share/terraform/plugins.
 */
export function findProviderMirror(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = environment['TERRAFORM_PLUGIN_DIR'];
  if (named || !existsSync('/opt')) return named || undefined;
  return readdirSync('/opt')
    .sort()
    .map((name) => join('/opt', name))
    .find((mirror) => existsSync(join(mirror, 'registry.terraform.io', 'hashicorp', 'aws')));
}
