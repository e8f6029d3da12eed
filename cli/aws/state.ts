/** Reads an environment's state from its bucket, without Terraform: resources and outputs. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { inAws } from './errors.ts';
import { UserError } from '../../shared/user-error.ts';
import type { StateBucket } from './state-bucket.ts';

/** The parts that are used here, of format version 4 (Terraform 0.12 and newer). */
export interface State {
  version: number;
  outputs: Record<string, { value: unknown }>;
  resources: StateResource[];
}

export interface StateResource {
  mode: 'managed' | 'data';
  type: string;
  name: string;
  instances: {
    index_key?: string | number;
    /** Created, but not known to be complete: the next apply would replace it. */
    status?: 'tainted';
    attributes: Record<string, unknown> | null;
  }[];
}

/** @returns undefined where nothing was applied, or everything has been destroyed */
export async function readState({
  client,
  name,
  key,
  region,
  account,
}: StateBucket): Promise<State | undefined> {
  const text = await inAws('read the state', region, async () => {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: name, Key: key, ExpectedBucketOwner: account }),
      );
      return await Body!.transformToString();
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  });
  if (text === undefined) return undefined;
  const state = JSON.parse(text) as State;
  if (state.version !== 4) {
    throw new UserError(
      `The state s3://${name}/${key} has format ${state.version}, which this program cannot read.`,
      'A newer Terraform wrote it. Update Cloud Resume.',
    );
  }
  return state.resources.some(({ mode }) => mode === 'managed') ? state : undefined;
}
