/**
 * `npm run deploy` and `npm run destroy`, run whole against an emulated AWS: interrupted, continued, repeated, changed, locked out and
 * taken down. The smoke test meets the local cloud, wired from what was created.
 * About three minutes; WITHOUT_EMULATED_AWS=1 leaves it out.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetBucketEncryptionCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { readCount } from '../../cli/count/count-file.ts';
import type { State } from '../../cli/aws/state.ts';
import type { LocalCloud } from '../../local-cloud/index.ts';
import { createAwsReader, elements, type AwsReader } from './aws-reader.ts';
import { createEmulatedProject, type EmulatedProject } from './emulated-project.ts';
import { startEmulatedAws, type EmulatedAws } from './emulated-aws/index.ts';
import type { EmulatedRequest } from './emulated-aws/patch.ts';
import { REFUSALS } from './deploy-refusals.ts';
import { listEverything } from './leftovers.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';
import { missingTools } from './tools.ts';
import { changesSomething, LOCK, ORPHAN, visit } from './deploy-calls.ts';
import { startWiredCloud } from './wired-cloud.ts';

const REGION = 'eu-central-1';
const BUCKET = 'cloud-resume-state-123456789012';
const KEY = 'cloud-resume/production/terraform.tfstate';
const DEPLOY_KEY = 'cloud-resume/production/deploy.json';
const skip = process.env['WITHOUT_EMULATED_AWS']
  ? 'WITHOUT_EMULATED_AWS is set'
  : missingTools('terraform', 'moto_server', 'openssl');

describe('deploy and destroy', { skip }, () => {
  let work: string;
  let aws: EmulatedAws;
  let reader: AwsReader;
  let s3: S3Client;
  let front: TlsFront;
  let cloud: Promise<LocalCloud> | undefined;
  let project: EmulatedProject;
  let calls: EmulatedRequest[] = [];

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'deploy-'));
    aws = await startEmulatedAws({ onCall: (request) => calls.push(request) });
    reader = createAwsReader(aws.endpoint, REGION);
    s3 = new S3Client({
      endpoint: aws.endpoint,
      region: REGION,
      forcePathStyle: true,
      credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
    });
    // Nobody comes before the apply is through: the smoke test is the first visitor.
    front = await startTlsFront(async () => Number(new URL((await (cloud ??= wire())).url).port), work);
    project = await createEmulatedProject({
      aws,
      frontPort: front.port,
      environment: { CLOUD_RESUME_REGION: REGION, CLOUD_RESUME_ALARM_EMAIL: 'me@example.com' },
    });
    // The provider waits half a minute for it; emulated-apply.test.ts has it.
    await project.removeResource('site.tf', 'aws_s3_bucket_lifecycle_configuration');
  });

  after(async () => {
    await (await cloud)?.close();
    await front?.close();
    await project?.remove();
    await aws?.stop();
    if (work) await rm(work, { recursive: true, force: true });
  });

  const outputs = async () => {
    const { outputs } = (await (await reader.get('s3', `/${BUCKET}/${KEY}`)).json()) as State;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
  };
  const wire = async () => {
    const { api_id, distribution_id } = await outputs();
    return startWiredCloud({
      aws: reader,
      endpoint: aws.endpoint,
      apiId: api_id!,
      distributionId: distribution_id!,
      directory: work,
    });
  };
  const succeeds = async (command: string, ...flags: string[]): Promise<string> => {
    const { exitCode, output } = await project.run(command, ...flags);
    assert.equal(exitCode, 0, output);
    return output;
  };
  const fails = async (command: string, ...flags: string[]): Promise<string> => {
    const { exitCode, output } = await project.run(command, ...flags);
    assert.equal(exitCode, 1, output);
    return output;
  };

  test('without --yes and a terminal, nothing is made but the bucket for the state', async () => {
    const output = await fails('deploy');
    assert.match(output, /\d+ to create\n[^]*Give --yes to go on without being asked/);
    assert.deepEqual(await listEverything(reader), [`bucket ${BUCKET}`]);
  });

  test('the bucket for the state is private, encrypted, versioned, and refuses plain HTTP', async () => {
    const Bucket = BUCKET;
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    assert.deepEqual(PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, 'Enabled');
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    assert.equal(
      ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
      'AES256',
    );
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    const [statement] = (JSON.parse(Policy!) as { Statement: Record<string, unknown>[] }).Statement;
    assert.deepEqual(
      [statement!['Effect'], statement!['Action'], statement!['Condition']],
      ['Deny', 's3:*', { Bool: { 'aws:SecureTransport': 'false' } }],
    );
  });

  test('Ctrl-C in the middle leaves nothing locked', async () => {
    // As a request leaves it that was on its way at Ctrl-C: made, but in no state.
    await reader.call('logs', 'Logs_20140328.CreateLogGroup', ORPHAN);
    const deploy = project.start('deploy', '--yes');
    await deploy.says(/ 5\/\d+ created/);
    deploy.child.kill('SIGINT');
    const { exitCode, output } = await deploy.result;
    assert.equal(exitCode, 1, output);
    assert.match(output, /Nothing is locked\. Run the same command again/);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    const keys = Contents.map(({ Key }) => Key!);
    assert.ok(keys.includes(KEY));
    assert.deepEqual(
      keys.filter((key) => key.endsWith('.tflock')),
      [],
    );
  });

  test('it goes on to the end: the live site is tried, the count is left alone', async () => {
    const output = await succeeds('deploy', '--yes');
    assert.match(output, /Taking over what an interrupted run has made: aws_cloudwatch_log_group\.updater\n/);
    assert.match(output, /a second connection was pushed to the first after \d+ ms; the count stays at 0\n/);
    const { url } = await outputs();
    assert.match(url!, /^https:\/\/\w+\.cloudfront\.net$/);
    assert.equal(output.trimEnd().split('\n').at(-1), url);
  });

  test('run without changes, as the pipeline runs it, it changes nothing', async () => {
    calls = [];
    const stepOutput = join(work, 'step-output');
    const pipeline = project.with({ GITHUB_OUTPUT: stepOutput });
    const { exitCode, output } = await pipeline.run('deploy.sh', 'production', '--yes');
    assert.equal(exitCode, 0, output);
    assert.equal(await readFile(stepOutput, 'utf8'), `url=${(await outputs())['url']}\n`);
    assert.match(output, /Nothing to change/);
    assert.match(output, /the count stays at 0/);
    const lock = `/${BUCKET}/${KEY}.tflock`;
    assert.deepEqual(
      calls
        .filter((call) => call.path !== lock && changesSomething(call))
        .map(({ method, path, target, body }) => ({
          method,
          path,
          target,
          body,
        })),
      [],
    );
    assert.ok(calls.some(({ path, method }) => path === lock && method === 'DELETE'));
  });

  test('a changed résumé changes its files, old assets stay, and CloudFront forgets what has changed alone', async () => {
    const bucket = (await outputs())['site_bucket']!;
    const keys = async () =>
      elements(await (await reader.get('s3', `/${bucket}?list-type=2`)).text(), 'Key').sort();
    const before = await keys();
    const file = join(project.directory, 'resume.json');
    const resume = JSON.parse(await readFile(file, 'utf8')) as { basics: { label: string } };
    resume.basics.label = 'Something else';
    await writeFile(file, JSON.stringify(resume));
    calls = [];
    const output = await succeeds('deploy', '--yes');
    const changed = [...output.matchAll(/ change +site file (\S+)/g)].map((match) => match[1]!);
    assert.ok(changed.includes('index.html') && changed.includes('resume.txt'), output);
    assert.ok(!changed.includes('robots.txt'));
    const invalidation = calls.find(
      ({ method, path }) => method === 'POST' && path.endsWith('/invalidation'),
    );
    assert.deepEqual(
      elements(invalidation!.body, 'Path').sort(),
      ['/', ...changed.map((path) => `/${path}`)].sort(),
    );
    const page = await (await reader.get('s3', `/${bucket}/index.html`)).text();
    assert.ok(page.includes('Something else'));
    const after = await keys();
    assert.ok(
      before.every((key) => after.includes(key)),
      String(after),
    );
    assert.ok(after.length > before.length, 'the social card has another hash, and the old one stays');
  });

  test('the pipeline’s roll-back brings the release back that was live, by its own commands', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
        cwd: project.directory,
        encoding: 'utf8',
      });
    const file = join(project.directory, 'resume.json');
    const label = async () =>
      (JSON.parse(await readFile(file, 'utf8')) as { basics: { label: string } }).basics.label;
    const published = async () =>
      (await reader.get('s3', `/${(await outputs())['site_bucket']}/index.html`)).text();
    await writeFile(join(project.directory, '.gitignore'), 'node_modules\n.cache\ndist\n');
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'The release that passed its smoke test');
    const good = git('rev-parse', 'HEAD').trim();
    await succeeds('deploy', '--yes');
    const goodState = (await (await reader.get('s3', `/${BUCKET}/${DEPLOY_KEY}`)).json()) as { live: string };
    assert.equal(goodState.live, good);
    const live = await label();
    await writeFile(file, (await readFile(file, 'utf8')).replace(live, 'A mistake'));
    git('commit', '--quiet', '--all', '--message', 'The release that did not');

    const stepOutput = join(work, 'step-output-of-a-change');
    const { exitCode } = await project
      .with({ GITHUB_OUTPUT: stepOutput })
      .run('deploy.sh', 'production', '--yes');
    assert.equal(exitCode, 0);
    assert.match(await readFile(stepOutput, 'utf8'), /^applied=true\nurl=https:/);
    assert.ok((await published()).includes('A mistake'));

    // As if the smoke test had failed: the good release is still the live one.
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: DEPLOY_KEY, Body: JSON.stringify(goodState) }));
    assert.match(await succeeds('roll-back.sh', 'production'), new RegExp(`Rolling back to ${good}`));
    assert.ok((await published()).includes(live));
    assert.equal(await label(), 'A mistake', 'the checkout is as it was');
  });

  test('a lock is named with its owner and with what releases it', async () => {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${KEY}.tflock`, Body: JSON.stringify(LOCK) }));
    const refusal = await fails('deploy', '--yes');
    assert.match(refusal, /The state is locked by ada@example \(apply\) since 2026-01-02/);
    assert.match(refusal, /npm run deploy -- --unlock 9ad1c2f4-2f53-7f5e-3f0c-1d2ab0f8c111/);
  });

  for (const [name, environment, expected] of REFUSALS) {
    test(`refused: ${name}`, async () => {
      const { exitCode, output } = await project.with(environment).run('deploy', '--yes');
      assert.equal(exitCode, 1, output);
      assert.match(output, expected);
    });
  }

  test('the owner looks at it, reads and moves its count, by the environment’s name', async () => {
    const { counter_endpoint, url } = await outputs();
    await visit(counter_endpoint!, url!, front.port);
    const { output: findings } = await project.run('doctor', '--env', 'production');
    // The TLS front's certificate lasts a day, and hands on in plain HTTP, over which no HSTS is sent.
    assert.deepEqual(
      [...findings.matchAll(/^(BAD | {2}\? ) +(\w+)/gm)].map((match) => match[2]),
      ['headers', 'certificate', 'certificate'],
      findings,
    );
    for (const check of ['push', 'alarms', 'failures', 'stream'])
      assert.match(findings, new RegExp(`^good +${check} `, 'm'));

    const file = join(work, 'owner.jsonl');
    const place = 'cloud-resume-production in eu-central-1';
    const exported = await succeeds('export', '--env', 'production', '--out', file);
    assert.match(exported, new RegExp(`: 1 visits of ${place}, 1 of them remembered`));
    const machine = await succeeds('import', file, '--data', join(work, 'machine'));
    assert.match(machine, /^1 of 1 visits were new to the data folder .*; it now counts 1\./);
    assert.match(
      await succeeds('import', file, '--env', 'production'),
      /^All 1 visits were in .* counts 1\./,
    );
    const stats = await succeeds('stats', '--env', 'production', '--days', '2');
    assert.match(stats, new RegExp(`1 since the beginning \\(${place}\\)`));
    assert.match(await succeeds('logs', '--station', 'updater'), /Nothing was logged in the last 1h/);
  });

  test('destroy --keep-count leaves the table with its count, and nothing else', async () => {
    await visit((await outputs())['counter_endpoint']!, (await outputs())['url']!, front.port);
    const output = await succeeds('destroy', '--yes', '--keep-count', '--unlock', LOCK.ID);
    assert.match(output, /released the lock 9ad1c2f4/);
    assert.match(output, /The table with the count of 1 visits? stays/);
    assert.match(output, /deleted the state bucket/);
    assert.deepEqual(await listEverything(reader), ['table cloud-resume-production-visitor-count']);
    assert.deepEqual(await listEverything(createAwsReader(aws.endpoint, 'us-east-1')), [
      'table cloud-resume-production-visitor-count',
    ]);
  });

  test('the next deploy takes the table over', async () => {
    const output = await succeeds('deploy', '--plan', join(work, 'again.tfplan'));
    assert.match(output, /takes over the VisitorCount table that is there, with its count/);
    assert.match(output, /create +1 DynamoDB\n/);
    assert.doesNotMatch(output, /to (replace|delete)/);
  });

  test('destroy leaves nothing behind, and then has nothing to do', async () => {
    const file = join(work, 'count.jsonl');
    const output = await succeeds('destroy', '--yes', '--export', file);
    assert.match(output, /The count of 1 visits? goes with it/);
    assert.deepEqual(await listEverything(reader), []);
    const { counted, remembered } = readCount(await readFile(file, 'utf8'), file);
    assert.deepEqual([Object.values(counted), [...remembered.keys()]], [[1], ['a-visit-of-its-own']]);
    assert.match(await succeeds('destroy', '--yes'), /There is nothing to take down/);
  });
});
