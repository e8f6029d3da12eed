/**
 * One environment in an emulated AWS account, and everything that its tests share: the account, a copy of this project whose commands
 * reach that account, a record of every AWS call, and the local cloud wired from what the deploy created.
 */
import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { S3 } from '@aws-sdk/client-s3';
import type { State } from '../../cli/aws/state.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import { createAwsReader } from './aws-reader.ts';
import { startEmulatedAws } from './emulated-aws/index.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';
import { createEmulatedProject } from './emulated-project.ts';
import { siteFromAws } from './site-from-aws.ts';
import { startTlsFront } from './tls-front.ts';
import { topologyFromAws } from './topology-from-aws.ts';

export const REGION = 'eu-central-1';
export const STATE_BUCKET = 'cloud-resume-state-123456789012';
export const STATE_KEY = 'cloud-resume/production/terraform.tfstate';

export type Deployment = Awaited<ReturnType<typeof createDeployment>>;

export async function createDeployment() {
  const work = await mkdtemp(join(tmpdir(), 'deployment-'));
  const functionCalls = join(work, 'calls.jsonl');
  await appendFile(functionCalls, '');
  const calls: EmulatedRequest[] = [];
  const aws = await startEmulatedAws({ onCall: (request) => calls.push(request) });
  const reader = createAwsReader(aws.endpoint, REGION);
  const s3 = new S3({ ...reader.sdk, forcePathStyle: true });
  const outputs = async (): Promise<Record<string, string>> => {
    const { outputs } = (await (await reader.get('s3', `/${STATE_BUCKET}/${STATE_KEY}`)).json()) as State;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
  };
  const topology = async () =>
    topologyFromAws({
      aws: reader,
      apiId: (await outputs())['api_id']!,
      distributionId: (await outputs())['distribution_id']!,
      codeDirectory: join(work, 'code'),
    });
  const site = async () => siteFromAws(reader, (await outputs())['distribution_id']!);
  const startCloud = async () => {
    const wired = await topology();
    const recorder = fileURLToPath(new URL('./record-calls.mjs', import.meta.url));
    for (const { environment } of wired.functions)
      Object.assign(environment, {
        NODE_OPTIONS: `--import=${recorder}`,
        RECORD_CALLS_TO: functionCalls,
        AWS_ENDPOINT_URL_SNS: aws.endpoint,
      });
    const dataDirectory = join(work, 'data');
    await mkdir(dataDirectory, { recursive: true });
    return startLocalCloud({
      topology: () => wired,
      dataDirectory,
      dynamodbEndpoint: aws.endpoint,
      host: '127.0.0.1',
      port: 0,
      site: (await site()).site,
      log: (level, message) => {
        if (level === 'warn' || level === 'error') console.error(message);
      },
    });
  };
  // The first visitor is the deploy's own smoke test, which comes after the apply.
  let cloud: Promise<LocalCloud> | undefined;
  const front = await startTlsFront(
    async () => Number(new URL((await (cloud ??= startCloud())).url).port),
    work,
  );
  const project = await createEmulatedProject({
    aws,
    frontPort: front.port,
    environment: {
      CLOUD_RESUME_REGION: REGION,
      CLOUD_RESUME_ALARM_EMAIL: 'me@example.com',
      CLOUD_RESUME_PERMISSIONS_BOUNDARY: 'cloud-resume-production-functions',
      // With two viewers, workers already share a broadcast.
      CLOUD_RESUME_FAN_OUT_VIEWERS: '1',
    },
  });
  const exits =
    (expected: number) =>
    async (command: string, ...flags: string[]) => {
      const { exitCode, output } = await project.run(command, ...flags);
      assert.equal(exitCode, expected, output);
      return output;
    };
  return {
    /** A temporary folder. */
    work,
    aws,
    reader,
    s3,
    front,
    project,
    /** Every AWS call so far, oldest first. */
    calls,
    /** JSON lines of what the functions asked of AWS (record-calls.mjs). */
    functionCalls,
    /** Terraform's outputs. */
    outputs,
    topology,
    site,
    /** Runs a command that must exit with 0, and returns its output. */
    succeeds: exits(0),
    /** The same for a command that must exit with 1. */
    fails: exits(1),
    async close() {
      await (await cloud)?.close();
      await front.close();
      await project.remove();
      await aws.stop();
      await rm(work, { recursive: true, force: true });
    },
  };
}
