/**
 * One environment in an emulated AWS account, and everything that its tests share: the account, a copy of this project whose commands
 * reach that account, a record of every AWS call, and the local cloud wired from what the deploy created.
 */
import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import type { State } from '../../cli/aws/state.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { Topology } from '../../local-cloud/topology.ts';
import { createAwsReader, type AwsReader } from './aws-reader.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';
import { createEmulatedProject, type EmulatedProject } from './emulated-project.ts';
import { siteFromAws, type PublishedSite } from './site-from-aws.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';
import { topologyFromAws } from './topology-from-aws.ts';

export const REGION = 'eu-central-1';
export const STATE_BUCKET = 'cloud-resume-state-123456789012';
export const STATE_KEY = 'cloud-resume/production/terraform.tfstate';

export interface Deployment {
  /** A temporary folder. */
  work: string;
  aws: EmulatedAws;
  reader: AwsReader;
  s3: S3Client;
  front: TlsFront;
  project: EmulatedProject;
  /** Every AWS call so far, oldest first. */
  calls: EmulatedRequest[];
  /** JSON lines of what the functions asked of AWS (record-calls.mjs). */
  functionCalls: string;
  /** Terraform's outputs. */
  outputs(): Promise<Record<string, string>>;
  topology(): Promise<Topology>;
  site(): Promise<PublishedSite>;
  /** Runs a command and returns its output; fails if its exit code is not 0. */
  succeeds(command: string, ...flags: string[]): Promise<string>;
  /** The same for a command that must exit with 1. */
  fails(command: string, ...flags: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function createDeployment(): Promise<Deployment> {
  const work = await mkdtemp(join(tmpdir(), 'deployment-'));
  const functionCalls = join(work, 'calls.jsonl');
  await appendFile(functionCalls, '');
  const calls: EmulatedRequest[] = [];
  const aws = await startEmulatedAws({ onCall: (request) => calls.push(request) });
  const reader = createAwsReader(aws.endpoint, REGION);
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
  });
  const outputs = async () => {
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
    work,
    aws,
    reader,
    s3,
    front,
    project,
    calls,
    functionCalls,
    outputs,
    topology,
    site,
    succeeds: exits(0),
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
