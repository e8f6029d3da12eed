/** Programs that the infrastructure tests need. */
import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTerraform, findProviderMirror, type Terraform } from '../../cli/aws/terraform.ts';
import { requirement } from '../support/tools.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const INFRA = join(ROOT, 'infra');

const TOOLS = {
  terraform: {
    probe: ['version'],
    install: 'Terraform 1.11 or newer: https://developer.hashicorp.com/terraform/install',
  },
  moto_server: { probe: ['--help'], install: "moto's server: pip install 'moto[server]'" },
  openssl: { probe: ['version'], install: 'openssl, from your system’s packages' },
} as const;

/**
 * Why a test can't run here, for `node:test`'s `skip`; `false` where it can.
 * @throws with the same text where `CI=true`: there, a skipped test is a failed one
 */
export function missingTools(...names: (keyof typeof TOOLS)[]): string | false {
  const missing = names.filter(
    (name) => spawnSync(name, TOOLS[name].probe, { stdio: 'ignore' }).status !== 0,
  );
  return requirement({
    what: missing.join(' and '),
    found: missing.length === 0,
    install: missing.map((name) => TOOLS[name].install).join('; '),
  });
}

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
