import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LambdaFunction } from '../../topology.ts';

/** Writes a function's bundle into a folder that is deleted after the test. `code` is a whole ES module. */
export function functionBundle(
  t: TestContext,
  code: string,
  options: Partial<LambdaFunction> & { fileName?: string } = {},
): LambdaFunction {
  const { fileName = 'index.mjs', ...fn } = options;
  const codeDirectory = mkdtempSync(join(tmpdir(), 'cloud-resume-function-'));
  t.after(() => rm(codeDirectory, { recursive: true, force: true }));
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
