/**
 * The unmodified configuration, applied by the real provider to an emulated AWS. Then the local cloud is wired from what was
 * created, and a real browser sees the counter tick: the Terraform is wired right, not only well formed.
 * About three minutes; WITHOUT_EMULATED_AWS=1 leaves it out.
 */
import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { localTopology } from '../../cli/local/topology.ts';
import type { Terraform } from '../../cli/aws/terraform.ts';
import type { SiteManifest } from '../../contract/site-manifest.ts';
import { ENDPOINT_PLACEHOLDER } from '../../contract/site-manifest.ts';
import { buildPackages } from '../../functions/package.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { Topology } from '../../local-cloud/topology.ts';
import { buildSite } from '../../site/builder/index.ts';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { shows } from '../support/counter-page.ts';
import { createAwsReader, type AwsReader } from './aws-reader.ts';
import { comparable } from './comparable-topology.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import {
  createEvaluator,
  neededBy,
  readRole,
  type NeededPermission,
  type RecordedCall,
} from './permissions.ts';
import { neededByDeploy } from './deploy-permissions.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';
import { functionProbes, NOT_TRIED } from './expected-rights.ts';
import { listEverything } from './leftovers.ts';
import {
  allows,
  createPipelineEvaluator,
  everyRight,
  inEnvironment,
  neededByCommands,
  planPipelineRoles,
  probes,
  refuses,
  type PipelineRoles,
} from './pipeline-roles.ts';
import { siteFromAws, type PublishedSite } from './site-from-aws.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';
import { INFRA, initTerraform, missingTools, ROOT, withoutAws } from './tools.ts';
import { topologyFromAws } from './topology-from-aws.ts';

const REGION = 'eu-central-1';
const skip = process.env['WITHOUT_EMULATED_AWS']
  ? 'WITHOUT_EMULATED_AWS is set'
  : missingTools('terraform', 'moto_server', 'openssl') || missingChromium();

describe('the configuration, applied to an emulated AWS', { skip }, () => {
  let work: string;
  let aws: EmulatedAws;
  let reader: AwsReader;
  let terraform: Terraform;
  let manifest: SiteManifest;
  let outputs: Record<string, string>;
  let topology: Topology;
  let published: PublishedSite;
  let cloud: LocalCloud | undefined;
  let front: TlsFront | undefined;
  let browser: Browser | undefined;
  const streamCalls = new Set<string>();
  /** What Terraform asked of AWS, and where in that the plan of something unchanged begins and ends. */
  const requests: EmulatedRequest[] = [];
  let unchanged: [begin: number, end: number];
  let pipeline: PipelineRoles;

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'emulated-apply-'));
    const functions = join(work, 'dist/functions');
    [{ manifest }, , aws] = await Promise.all([
      buildSite({
        resumeFile: join(ROOT, 'test/fixtures/resumes/engineer.json'),
        outDirectory: join(work, 'dist/site'),
      }),
      buildPackages({ outDirectory: functions }),
      startEmulatedAws({
        onCall(request) {
          if (request.target.startsWith('DynamoDBStreams')) streamCalls.add(request.target.split('.')[1]!);
          if (request.headers['user-agent']?.includes('Terraform/')) requests.push(request);
        },
      }),
    ]);
    reader = createAwsReader(aws.endpoint, REGION);
    await cp(INFRA, join(work, 'infra'), { recursive: true });
    const emulated = { ...withoutAws(), ...aws.environment };
    pipeline = await planPipelineRoles(join(work, 'infra/bootstrap'), emulated, {
      region: REGION,
      repository: 'octocat/resume',
      state_bucket: STATE_BUCKET,
    });
    requests.length = 0;
    // The one thing that differs from AWS: where it is. Endpoints come from the environment, but for S3's way to name a bucket.
    const s3 = 's3_use_path_style = true';
    await writeFile(
      join(work, 'infra/emulated_override.tf'),
      `provider "aws" {\n${s3}\n}\nprovider "aws" {\nalias = "us_east_1"\n${s3}\n}\nterraform {\nbackend "local" {}\n}\n`,
    );
    terraform = await initTerraform(join(work, 'infra'), 'emulated-apply', {
      backend: true,
      environment: {
        ...emulated,
        TF_VAR_region: REGION,
        TF_VAR_alarm_email: 'me@example.com',
        TF_VAR_permissions_boundary: 'cloud-resume-functions',
        // Two viewers are enough for workers to share a broadcast.
        TF_VAR_fan_out_viewers: '1',
        TF_CLI_ARGS_apply: '-auto-approve -parallelism=20 -no-color',
        TF_CLI_ARGS_destroy: '-auto-approve -parallelism=20 -no-color',
        TF_CLI_ARGS_plan: '-parallelism=20 -no-color',
      },
    });
  });

  after(async () => {
    await browser?.close();
    await front?.close();
    await cloud?.close();
    await aws?.stop();
    if (work) await rm(work, { recursive: true, force: true });
  });

  test('one apply creates all of it', async () => {
    await expectSuccess(terraform.run(['apply']));
    const { stdout } = await terraform.run(['output', '-json']);
    outputs = Object.fromEntries(
      Object.entries(JSON.parse(stdout) as Record<string, { value: string }>).map(([name, { value }]) => [
        name,
        value,
      ]),
    );
    assert.match(
      outputs['counter_endpoint']!,
      /^wss:\/\/\w+\.execute-api\.eu-central-1\.amazonaws\.com\/live$/,
    );
    assert.match(outputs['url']!, /^https:\/\/.*\.cloudfront\.net$/);
  });

  test('what was created is what `npm start` runs', async () => {
    topology = await topologyFromAws({
      aws: reader,
      apiId: outputs['api_id']!,
      codeDirectory: join(work, 'code'),
    });
    const local = localTopology({
      functionsDirectory: '/code',
      allowedOrigins: [outputs['url']!],
      fanOutViewers: 1,
    });
    assert.deepEqual(comparable(topology), comparable(local));
  });

  test('every built file is published with its headers, and the page knows the socket', async () => {
    published = await siteFromAws(reader, outputs['distribution_id']!);
    const headers = (files: SiteManifest['files']) =>
      Object.fromEntries(
        files.map(({ path, contentType, cacheControl }) => [path, { contentType, cacheControl }]),
      );
    assert.deepEqual(headers(published.site.manifest.files), headers(manifest.files));
    const endpoint = outputs['counter_endpoint']!;
    assert.equal(
      published.site.manifest.contentSecurityPolicy,
      manifest.contentSecurityPolicy.replaceAll(ENDPOINT_PLACEHOLDER, endpoint),
    );
    const page = String(published.site.contents.get('index.html'));
    assert.ok(page.includes(endpoint));
    assert.ok(!page.includes(ENDPOINT_PLACEHOLDER));
  });

  test('wired from it, a browser sees a second visit tick', async () => {
    const calls = join(work, 'calls.jsonl');
    await appendFile(calls, '');
    const recorder = fileURLToPath(new URL('./record-calls.mjs', import.meta.url));
    for (const { environment } of topology.functions)
      Object.assign(environment, { NODE_OPTIONS: `--import=${recorder}`, RECORD_CALLS_TO: calls });
    await mkdir(join(work, 'data'));
    cloud = await startLocalCloud({
      topology: () => topology,
      dataDirectory: join(work, 'data'),
      dynamodbEndpoint: aws.endpoint,
      host: '127.0.0.1',
      port: 0,
      site: published.site,
      log: (level, message) => {
        if (level === 'warn' || level === 'error') console.error(message);
      },
    });
    front = await startTlsFront(Number(new URL(cloud.url).port), work);
    const socketHost = new URL(outputs['counter_endpoint']!).host;
    browser = await launchChromium([
      '--ignore-certificate-errors',
      // What DNS does: the names that Terraform put out lead here.
      `--host-resolver-rules=MAP ${published.domainName}:443 127.0.0.1:${front.port}, MAP ${socketHost}:443 127.0.0.1:${front.port}`,
    ]);
    const first = await visit(browser, outputs['url']!);
    await shows(first, 1, 1);
    const second = await visit(browser, outputs['url']!);
    await shows(second, 2, 2);
    await shows(first, 2, 2);
    await ping(outputs['counter_endpoint']!, front.port);
    await second.context().close();
    await shows(first, 3, 1);
    await first.context().close();
  });

  test('the roles allow what the functions did, nothing else, and hold no statement that nobody needs', async (t) => {
    await cloud?.close();
    const calls = (await readFile(join(work, 'calls.jsonl'), 'utf8')).trim().split('\n');
    const recorded = calls.map((line) => JSON.parse(line) as RecordedCall);
    const evaluate = await createEvaluator();
    for (const name of ['updater', 'broadcaster']) {
      const functionName = outputs[`${name}_function`]!;
      const role = await readRole(reader, functionName);
      const own = recorded.filter((call) => call.functionName === functionName);
      const needed = unique([
        ...own.flatMap((call) => neededBy(call, REGION, outputs['api_id']!)),
        ...(await neededByServices(name)),
      ]);
      const used = new Set<string>();
      for (const permission of needed) {
        const { allowed, by } = await evaluate(role, permission);
        assert.ok(allowed, `${functionName} may not ${permission.action} on ${permission.resource}`);
        for (const sid of by) used.add(sid);
      }
      const statements = role.policies.flatMap(({ policy }) => policy.Statement.map(({ Sid }) => Sid));
      assert.deepEqual(
        [...used].sort(),
        statements.sort(),
        `statements of ${functionName} that a call needs`,
      );
      await allows(evaluate, pipeline.boundary, needed);
      for (const permission of functionProbes(REGION)) {
        const { allowed } = await evaluate(role, permission);
        assert.ok(!allowed, `${functionName} may ${permission.action} on ${permission.resource}`);
      }
      t.diagnostic(
        `${name}: ${own.length} calls, ${needed.length} permissions, ${statements.length} statements`,
      );
    }
  });

  test('a second apply has nothing to do', async () => {
    // The emulator forgets nothing that the shim does not keep: there is no exception to name.
    const begin = requests.length;
    const { exitCode, stdout } = await terraform.run(['plan', '-detailed-exitcode']);
    unchanged = [begin, requests.length];
    assert.equal(exitCode, 0, stdout);
  });

  test('a changed route makes a new deployment', async () => {
    const file = join(work, 'infra/api_gateway.tf');
    const before = await readFile(file, 'utf8');
    await writeFile(file, before.replace('"ping"        = true', '"ping"        = false'));
    const { stdout } = await terraform.run(['plan', '-refresh=false']);
    await writeFile(file, before);
    assert.match(stdout, /aws_apigatewayv2_deployment\.counter must be replaced/);
    assert.match(stdout, /aws_apigatewayv2_stage\.counter will be updated in-place/);
  });

  test('destroy leaves nothing behind', async () => {
    await expectSuccess(
      terraform.run(['apply', '-target=aws_dynamodb_table.visitor_count', '-var=deletion_protection=false']),
    );
    await expectSuccess(terraform.run(['destroy', '-var=deletion_protection=false']));
    assert.deepEqual(await listEverything(reader), []);
    assert.deepEqual(await listEverything(createAwsReader(aws.endpoint, 'us-east-1')), []);
  });

  test('the pipeline may do what was done here, for its environment alone, and little beside', async (t) => {
    const evaluate = await createPipelineEvaluator();
    const tags = { Project: 'cloud-resume', Environment: 'production' };
    const facts = {
      tags,
      mappedFunction: `arn:aws:lambda:${REGION}:123456789012:function:cloud-resume-production-broadcaster`,
      boundary: 'arn:aws:iam::123456789012:policy/cloud-resume-functions',
    };
    const needed = (calls: EmulatedRequest[]) => unique(calls.flatMap((call) => neededByDeploy(call, facts)));
    const commands = neededByCommands(STATE_BUCKET, REGION, tags);
    const all = [...needed(requests), ...commands.reading, ...commands.writing];
    const used = await allows(evaluate, pipeline.production, all);
    assert.deepEqual(
      everyRight(pipeline.production).filter((right) => !used.has(right)),
      NOT_TRIED,
      'rights of production that nothing here used',
    );
    await allows(evaluate, pipeline.preview, inEnvironment(all, 'pr-12'));
    await allows(evaluate, pipeline.plan, [...needed(requests.slice(...unchanged)), ...commands.reading]);
    // What an ARN names is one environment's alone.
    const productions = all.filter(({ resource }) => resource.includes('production'));
    assert.ok(productions.length > 100);
    await refuses(evaluate, pipeline.preview, productions);
    await refuses(evaluate, pipeline.production, inEnvironment(productions, 'pr-12'));
    await refuses(evaluate, pipeline.plan, commands.writing);
    for (const role of [pipeline.production, pipeline.preview, pipeline.plan])
      await refuses(evaluate, role, probes(REGION, STATE_BUCKET));
    t.diagnostic(
      `${requests.length} calls, ${all.length} permissions, ${everyRight(pipeline.production).length} rights`,
    );
  });

  /** What AWS does in a function's name: Lambda writes its log, the event source mapping reads the stream and reports failures. */
  async function neededByServices(name: string): Promise<NeededPermission[]> {
    const account = `${REGION}:123456789012`;
    const log: NeededPermission = {
      action: 'logs:PutLogEvents',
      resource: `arn:aws:logs:${account}:log-group:/aws/lambda/${outputs[`${name}_function`]}:log-stream:2026/01/01/[$LATEST]0`,
    };
    const [mapping] = topology.eventSourceMappings;
    if (!mapping?.onFailure || mapping.functionName !== outputs[`${name}_function`]) return [log];
    assert.ok(streamCalls.has('GetRecords') && streamCalls.has('GetShardIterator'));
    const { Table } = await reader.call<{ Table: { LatestStreamArn: string } }>(
      'dynamodb',
      'DynamoDB_20120810.DescribeTable',
      { TableName: mapping.tableName },
    );
    return [
      log,
      { action: 'sqs:SendMessage', resource: mapping.onFailure },
      ...[...streamCalls].map((action) => ({
        action: `dynamodb:${action}`,
        resource: Table.LatestStreamArn,
      })),
    ];
  }
});

const STATE_BUCKET = 'cloud-resume-state-123456789012';

async function expectSuccess(
  run: Promise<{ exitCode: number; stdout: string; stderr: string }>,
): Promise<void> {
  const { exitCode, stdout, stderr } = await run;
  assert.equal(exitCode, 0, stdout.slice(-3000) + stderr);
}

function unique(permissions: NeededPermission[]): NeededPermission[] {
  return [...new Map(permissions.map((permission) => [JSON.stringify(permission), permission])).values()];
}

/** A window of its own, as another visitor has; a refused script or socket fails the test. */
async function visit(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`The page says: ${message.text()}`);
  });
  await page.goto(url);
  return page;
}

/** A plain client, that is a visit of its own, says ping and leaves. */
async function ping(endpoint: string, port: number): Promise<void> {
  const { host, pathname } = new URL(endpoint);
  const socket = new WebSocket(`wss://127.0.0.1:${port}${pathname}`, {
    headers: { host },
    rejectUnauthorized: false,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ action: 'ping' }));
  for await (const [data] of on(socket, 'message')) {
    if (String(data) === '{"pong":true}') break;
  }
  socket.close();
  await once(socket, 'close');
}
