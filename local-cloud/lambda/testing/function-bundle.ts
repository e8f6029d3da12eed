import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import type { LambdaFunction } from '../../topology.ts';

/** Writes a function's bundle into a temporary folder. `code` is a whole ES module. */
export function functionBundle(
  code: string,
  options: Partial<LambdaFunction> & { fileName?: string } = {},
): LambdaFunction {
  const { fileName = 'index.mjs', ...fn } = options;
  const codeDirectory = temporaryFolder();
  writeFileSync(join(codeDirectory, fileName), code);
  return {
    functionName: 'greeter',
    codeDirectory,
    handler: 'index.handler',
    environment: {},
    timeout: 3,
    memorySize: 128,
    ...fn,
  };
}
