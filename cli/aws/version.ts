/** Whether the Terraform on this machine is new enough. */
import { spawnSync } from 'node:child_process';
import { UserError } from '../../shared/user-error.ts';
import { missingTerraform } from './terraform.ts';

/** State locks in S3 without a table (use_lockfile). The same stands in infra/versions.tf. */
const OLDEST = '1.11.0';

/**
 * @returns its version: `1.11.4`
 * @throws {UserError} where there is none, or an old one
 */
export function checkTerraformVersion(environment: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, error } = spawnSync('terraform', ['version', '-json'], {
    encoding: 'utf8',
    env: environment,
  });
  if (error || status !== 0) throw missingTerraform();
  const version = (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
  if (!isAtLeast(version, OLDEST)) {
    throw new UserError(
      `Terraform is ${version}, but ${OLDEST} or newer is needed.`,
      'Update it: https://developer.hashicorp.com/terraform/install',
    );
  }
  return version;
}

/** A pre-release (`1.11.0-rc1`) counts as what it leads to. */
export function isAtLeast(version: string, oldest: string): boolean {
  const numbers = (text: string) => text.split('-')[0]!.split('.').map(Number);
  const [own, wanted] = [numbers(version), numbers(oldest)];
  const different = wanted.findIndex((number, index) => number !== own[index]);
  return different === -1 || own[different]! > wanted[different]!;
}
