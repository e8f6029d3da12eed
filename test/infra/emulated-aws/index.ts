/** An AWS account on loopback: moto for the control plane, the embedded engine for DynamoDB, a shim for what both lack. */
import { startTestEngine } from '../../../local-cloud/dynamodb/testing/engine.ts';
import { startMoto } from './moto.ts';
import { startShim, type ShimOptions } from './shim.ts';

export interface EmulatedAws {
  /** Every service answers at this URL. */
  endpoint: string;
  /** Environment variables that lead Terraform and the SDK to this account and to no other. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

export async function startEmulatedAws({ onCall }: Pick<ShimOptions, 'onCall'> = {}): Promise<EmulatedAws> {
  const database = await startTestEngine();
  const moto = await startMoto();
  const shim = await startShim({
    moto: moto.endpoint,
    dynamodb: database.endpoint,
    ...(onCall && { onCall }),
  });
  return {
    endpoint: shim.endpoint,
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
