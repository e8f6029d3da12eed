/** Where Terraform's providers lie on machines that keep them, so that nothing has to be downloaded. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder right inside a mirror, by the registry's host name. */
const REGISTRY = 'registry.terraform.io';

/**
 * A folder for `terraform init -plugin-dir`: the one that `TERRAFORM_PLUGIN_DIR` names, else one below /opt.
 * Terraform finds by itself what lies in ~/.terraform.d/plugins, /usr/share/terraform/plugins and the like: those need no flag.
 * @returns `undefined` where there is none and Terraform shall look itself, or download
 */
export function findProviderMirror(
  environment: NodeJS.ProcessEnv = process.env,
  shelf = '/opt',
): string | undefined {
  const named = environment['TERRAFORM_PLUGIN_DIR'];
  if (named) return named;
  if (!existsSync(shelf)) return undefined;
  return readdirSync(shelf)
    .sort()
    .map((name) => join(shelf, name))
    .find((folder) => existsSync(join(folder, REGISTRY, 'hashicorp', 'aws')));
}
