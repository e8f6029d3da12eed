/** Terraform for the infrastructure tests, away from any real account. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTerraform, findProviderMirror, type Terraform } from '../../cli/aws/terraform.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const INFRA = join(ROOT, 'infra');

export interface InitOptions {
  /** The environment of every run; by default without AWS credentials. */
  environment?: NodeJS.ProcessEnv;
  /** Whether to set up the backend; checks run without one. */
  backend?: boolean;
}

/** Runs `terraform init` in a configuration's folder and returns its Terraform. */
export async function initTerraform(
  directory: string,
  name: string,
  { environment = withoutAws(), backend = false }: InitOptions = {},
): Promise<Terraform> {
  const dataDirectory = join(ROOT, '.cache', 'terraform', name);
  await rm(dataDirectory, { recursive: true, force: true });
  await mkdir(dataDirectory, { recursive: true });
  const terraform = createTerraform({ directory, dataDirectory, environment });
  const mirror = findProviderMirror();
  const { exitCode, stderr } = await terraform.run([
    'init',
    `-backend=${backend}`,
    '-lockfile=readonly',
    '-no-color',
    ...(mirror ? [`-plugin-dir=${mirror}`] : []),
  ]);
  if (exitCode !== 0) throw new Error(`terraform init failed:\n${stderr}`);
  return terraform;
}

/**
 * This process's environment without AWS and Terraform settings: no test reaches a real account. `GOGC` lets Terraform, which reads the
 * provider's whole schema at every step, collect garbage less often, which saves a third of its time.
 */
export function withoutAws(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('TF_')),
    ),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    GOGC: '400',
  };
}
