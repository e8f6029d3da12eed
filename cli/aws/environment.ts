/** An environment on AWS, for commands that also work without one and must not load what they then do not need. */
import { fileURLToPath } from 'node:url';
import type { Configuration } from '../configuration/index.ts';
import type { EnvironmentOutputs } from './outputs.ts';
import { UserError } from '../../shared/user-error.ts';
import { completeDependencies } from '../setup/dependencies.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export interface Environment {
  configuration: Configuration;
  outputs: EnvironmentOutputs;
}

/**
 * Installs the development dependencies where they are missing: the clients for AWS's services are among them.
 * @param environment of cloud-resume.json
 * @throws {UserError} without credentials, and where it is unknown or not deployed
 */
export async function readEnvironment(environment: string): Promise<Environment> {
  await completeDependencies(PROJECT, true, (text: string) => console.error(text)).catch((error: Error) => {
    throw new UserError(error.message, 'Then run the same command again.', { cause: error });
  });
  const { loadConfiguration } = await import('../configuration/index.ts');
  const { readEnvironmentOutputs } = await import('./outputs.ts');
  const configuration = await loadConfiguration({ environment });
  return { configuration, outputs: await readEnvironmentOutputs(configuration) };
}
