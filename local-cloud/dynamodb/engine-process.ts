/** The dynoxide program: how to start it and how to find out that it answers. */
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSecurely } from 'node:https';
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
    const answers = await answersCall(endpoint, 1_000);
    if (hasEnded) return 'ended';
    if (answers) return 'answers';
    await sleep(PROBE_INTERVAL_MS);
  }
  return 'silent';
}

const LIST_TABLES = {
  'Content-Type': 'application/x-amz-json-1.0',
  'X-Amz-Target': 'DynamoDB_20120810.ListTables',
  'X-Amz-Date': '20260101T000000Z',
  // The engine wants a signature but does not check it.
  Authorization:
    'AWS4-HMAC-SHA256 Credential=probe/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

/** Whether dynoxide, and no other program, answers a call that reads the database, with success or an error, within `patienceMs`. */
export function answersCall(endpoint: string, patienceMs: number): Promise<boolean> {
  return ask(endpoint, { method: 'POST', timeout: patienceMs, headers: LIST_TABLES }, '{}').then(
    ({ headers }) => String(headers.server).startsWith('Dynoxide'),
    () => false,
  );
}

/** Sends one request over a connection of its own. Rejects if the server is silent for longer than `timeout`. */
export function ask(url: string, options: RequestOptions, body = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestSecurely : request;
    const call = send(url, { agent: false, ...options }, (response) => {
      response.resume();
      resolve(response);
    });
    call.on('timeout', () => call.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    call.on('error', reject);
    call.end(body);
  });
}
