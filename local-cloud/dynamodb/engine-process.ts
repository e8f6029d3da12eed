/** The dynoxide program: how it is started and how it is known to be ready. */
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnTied, type TiedProcess } from './tied-process.ts';

const PROBE_EVERY_MS = 10;

/** Starts the program. Its failure to start shows as an early end. */
export function spawnEngine(binary: string, databaseFile: string, port: number): TiedProcess {
  return spawnTied(binary, ['--host', '127.0.0.1', '--port', String(port), '--db-path', databaseFile]);
}

/**
 * Waits until the engine answers. `ended`: it ended first; `silent`: it runs but has not answered within `patienceMs`.
 */
export async function untilAnswers(
  endpoint: string,
  engine: TiedProcess,
  patienceMs: number,
): Promise<'answers' | 'ended' | 'silent'> {
  let hasEnded = false;
  void engine.ended.then(() => (hasEnded = true));
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const healthy = await isHealthy(endpoint);
    if (hasEnded) return 'ended';
    if (healthy) return 'answers';
    await delay(PROBE_EVERY_MS);
  }
  return 'silent';
}

/** DynamoDB answers GET / with 200 and "healthy: …"; dynoxide does the same. */
function isHealthy(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(endpoint, { agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 && String(response.headers.server).startsWith('Dynoxide'));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
