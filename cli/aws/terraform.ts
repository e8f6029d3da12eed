/** Runs Terraform as a child process that survives Ctrl-C long enough to release its lock. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UserError } from '../../shared/user-error.ts';

export interface TerraformOptions {
  /** Folder of the configuration: infra/. */
  directory: string;
  /** Folder for providers and backend settings (`TF_DATA_DIR`); one for each environment. */
  dataDirectory: string;
  environment?: NodeJS.ProcessEnv;
  /** The program; `terraform` on the PATH by default. */
  program?: string;
  /** Called at Ctrl-C, when Terraform has been told to stop: it may take a while to do so in good order. */
  onInterrupt?: () => void;
}

export interface TerraformResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Terraform {
  /**
   * Runs to the end, whatever the exit code.
   * @param onLine is given every line of standard output as it comes
   * @throws {UserError} where there is no Terraform
   * @throws {InterruptedError} where the person pressed Ctrl-C; Terraform has ended in good order by then
   */
  run(args: readonly string[], onLine?: (line: string) => void): Promise<TerraformResult>;
}

/** Ctrl-C, after which Terraform wrote its state and released its lock. */
export class InterruptedError extends UserError {
  override name = 'InterruptedError';

  constructor() {
    super('Interrupted.', 'Nothing is locked. Run the same command again to go on where this one stopped.');
  }
}

export function createTerraform(options: TerraformOptions): Terraform {
  const { directory, dataDirectory, environment = process.env, program = 'terraform', onInterrupt } = options;
  return {
    run: (args, onLine) =>
      new Promise((resolve, reject) => {
        // A group of its own: from the terminal, Ctrl-C would reach Terraform itself and then once more from here, and the
        // second signal makes it drop everything, lock included.
        const child = spawn(program, [`-chdir=${directory}`, ...args], {
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
            interrupted ? reject(new InterruptedError()) : resolve({ exitCode: code ?? 1, stdout, stderr }),
          ),
        );
      }),
  };
}

export function missingTerraform(): UserError {
  return new UserError(
    'There is no terraform on the PATH.',
    'Install Terraform 1.11 or newer: https://developer.hashicorp.com/terraform/install',
  );
}
