/** The dynoxide program: how to start it and how to find out that it answers. */
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnTied, type TiedProcess } from './tied-process.ts';

const PROBE_INTERVAL_MS = 10;

/** Starts the program. If it cannot be started, it ends early. */
export function spawnEngine(binary: string, databaseFile: string, endpoint: string): TiedProcess {
  const { hostname, port } = new URL(endpoint);
  return spawnTied(binary, ['--host', hostname, '--port', port, '--db-path', databaseFile]);
}

/** Waits until the engine answers, has ended, or has been silent for `patienceMs`. */
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
    await sleep(PROBE_INTERVAL_MS);
  }
  return 'silent';
}

/** DynamoDB answers GET / with 200 and "healthy: …"; so does dynoxide. */
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
