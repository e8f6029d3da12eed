/** An AWS account on loopback: moto for the control plane, the embedded engine for DynamoDB, a shim for what both lack. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startTestEngine } from '../../../local-cloud/dynamodb/testing/engine.ts';
import { startShim, type ShimOptions } from './shim.ts';

export type EmulatedAws = Awaited<ReturnType<typeof startEmulatedAws>>;

export async function startEmulatedAws({ onCall }: Pick<ShimOptions, 'onCall'> = {}) {
  const database = await startTestEngine();
  const moto = await startMoto();
  const shim = await startShim({
    moto: moto.endpoint,
    dynamodb: database.endpoint,
    ...(onCall && { onCall }),
  });
  return {
    /** Every service answers at this URL. */
    endpoint: shim.endpoint,
    /** Environment variables that lead Terraform and the SDK to this account and to no other. */
    environment: {
      AWS_ENDPOINT_URL: shim.endpoint,
      AWS_ACCESS_KEY_ID: 'emulated',
      AWS_SECRET_ACCESS_KEY: 'emulated',
      // Otherwise a call that the emulator lacks is retried for minutes.
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    async stop() {
      await shim.close();
      await moto.stop();
      await database.stop();
    },
  };
}

/** moto's server as a child process on loopback. @throws with its output when it does not start */
async function startMoto() {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
  });
  const said: string[] = [];
  const endpoint = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (said.length < 50) said.push(line);
        const address = line.match(/Running on (http:\/\/127\.0\.0\.1:\d+)/)?.[1];
        if (address) resolve(address);
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`moto_server ended with ${code}:\n${said.join('\n')}`)));
  });
  return {
    endpoint,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
