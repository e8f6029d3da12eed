/**
 * Prints the commit of the last release that passed its smoke test, and sets the output `commit`. Both are empty if there is none.
 * `pipeline live-commit --env NAME`
 */
import { parseArgs } from 'node:util';
import { readDeployState } from '../aws/deploy-state.ts';
import { findStateBucket } from '../aws/state-bucket.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { setStepOutput } from './github.ts';

export async function liveCommit(args: string[]): Promise<void> {
  const { env } = parseArgs({ args, options: { env: { type: 'string' } } }).values;
  const configuration = await loadConfiguration({ environment: env });
  const bucket = await findStateBucket(configuration);
  const commit = (bucket && (await readDeployState(bucket)).live) ?? '';
  console.log(commit);
  setStepOutput('commit', commit);
}
