/**
 * One environment from its first deploy to its removal, in an emulated AWS account with the real commands and the real provider.
 * The apply is interrupted, continued, repeated, changed, rolled back, moved to the npm package, locked and torn down. In between,
 * the local cloud is wired from what it created, and a real browser sees the counter tick: the Terraform is wired correctly, not only
 * well formed.
 * WITHOUT_EMULATED_AWS=1 leaves it out.
 */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readCount } from '../../cli/count/count-file.ts';
import { localTopology } from '../../local-cloud/counter-topology.ts';
import { editionPaths, type SiteManifest } from '../../contract/site-manifest.ts';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { shows } from '../support/counter-page.ts';
import { tarball } from '../support/package.ts';
import { createAwsReader } from './aws-reader.ts';
import { gitIn, testChangedResume } from './changed-resume.ts';
import { comparable } from './comparable-topology.ts';
import { changesSomething, LOCK, openPage, ORPHAN, ping, visit } from './deploy-calls.ts';
import { createDeployment, REGION, STATE_BUCKET, STATE_KEY, type Deployment } from './deployment.ts';
import type { Commands } from './emulated-project.ts';
import { listEverything } from './leftovers.ts';
import { planPipelineRoles, type PipelineRoles } from './pipeline-roles.ts';
import { checkDeployerPolicy, checkFunctionRoles, checkPipelineRoles } from './roles.ts';
import { subscribe } from './mailbox.ts';
import { missingPrograms } from '../support/tools.ts';

const skip = process.env['WITHOUT_EMULATED_AWS']
  ? 'WITHOUT_EMULATED_AWS is set'
  : missingPrograms('terraform', 'moto_server', 'openssl') || missingChromium();

describe('an environment in an emulated AWS account', { skip }, () => {
  let deployment: Deployment;
  let pipeline: PipelineRoles;
  /** Commands of the npm package, which the site moves to. */
  let installed: Commands;

  before(async () => {
    deployment = await createDeployment();
    await writeFile(join(deployment.project.directory, '.gitignore'), 'node_modules\n.cache\ndist\nplan\n');
    const git = (...args: string[]) => gitIn(deployment.project.directory, ...args);
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'The release that passes its smoke test');
    pipeline = await planPipelineRoles(deployment);
  });
  after(() => deployment?.close());

  test('without --yes and a terminal, deploy creates nothing but the state bucket', async () => {
    const output = await deployment.fails('deploy');
    assert.match(output, /\d+ to create\n[^]*--yes/);
    assert.deepEqual(await listEverything(deployment.reader), [`bucket ${STATE_BUCKET}`]);
  });

  test('the state bucket is private, encrypted and versioned, and refuses plain HTTP', async () => {
    const { s3 } = deployment;
    const Bucket = STATE_BUCKET;
    const { PublicAccessBlockConfiguration } = await s3.getPublicAccessBlock({ Bucket });
    assert.deepEqual(PublicAccessBlockConfiguration, {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    assert.equal((await s3.getBucketVersioning({ Bucket })).Status, 'Enabled');
    const { ServerSideEncryptionConfiguration } = await s3.getBucketEncryption({ Bucket });
    const [rule] = ServerSideEncryptionConfiguration!.Rules!;
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256');
    const { Policy } = await s3.getBucketPolicy({ Bucket });
    const [statement] = (JSON.parse(Policy!) as { Statement: Record<string, unknown>[] }).Statement;
    assert.deepEqual(
      [statement!['Effect'], statement!['Action'], statement!['Condition']],
      ['Deny', 's3:*', { Bool: { 'aws:SecureTransport': 'false' } }],
    );
  });

  test('Ctrl-C during the apply leaves nothing locked', async () => {
    const { reader, project, s3 } = deployment;
    // Like a request that was under way at Ctrl-C: created, but missing from the state.
    await reader.call('logs', 'Logs_20140328.CreateLogGroup', ORPHAN);
    const deploy = project.start('deploy', '--yes');
    await deploy.says(/created aws_apigatewayv2_api\.counter/);
    deploy.child.kill('SIGINT');
    const { exitCode, output } = await deploy.result;
    assert.equal(exitCode, 1, output);
    assert.match(output, /Nothing is locked\. Run the same command again/);
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: STATE_BUCKET });
    const keys = Contents.map(({ Key }) => Key!);
    assert.ok(keys.includes(STATE_KEY));
    assert.ok(!keys.some((key) => key.endsWith('.tflock')));

    // As after a kill: created, but missing from the state.
    const saved = await reader.get('s3', `/${STATE_BUCKET}/${STATE_KEY}`);
    const state = (await saved.json()) as { resources: { type: string }[] };
    const resources = state.resources.filter(({ type }) => type !== 'aws_apigatewayv2_api');
    assert.equal(resources.length, state.resources.length - 1);
    const Body = JSON.stringify({ ...state, resources });
    await s3.putObject({ Bucket: STATE_BUCKET, Key: STATE_KEY, Body });
  });

  test('the next deploy continues, and its smoke test counts no visit', async () => {
    const output = await deployment.succeeds('deploy', '--yes');
    assert.match(output, /Adopting .*aws_apigatewayv2_api\.counter\b/, 'the API is not created twice');
    assert.match(output, /Adopting .*aws_cloudwatch_log_group\.updater\b/);
    assert.match(output, /pushed to the first after \d+ ms; the count stays at 0\n/);
    const { url, counter_endpoint } = await deployment.outputs();
    assert.match(url!, /^https:\/\/\w+\.cloudfront\.net$/);
    assert.equal(counter_endpoint, `${url!.replace('https', 'wss')}/live`);
    assert.equal(output.trimEnd().split('\n').at(-1), url);
  });

  test('AWS has what `npm start` runs', async () => {
    const { url } = await deployment.outputs();
    const local = localTopology({
      functionsDirectory: '/code',
      allowedOrigins: [url!],
      editions: editionPaths((await deployment.site()).site.manifest),
      fanOutViewers: 1,
    });
    assert.deepEqual(comparable(await deployment.topology()), comparable(local));
  });

  test('every built file is published with its headers', async () => {
    const { site } = await deployment.site();
    const built = join(deployment.project.directory, 'dist/site.manifest.json');
    const manifest = JSON.parse(await readFile(built, 'utf8')) as SiteManifest;
    const headers = (files: SiteManifest['files']) =>
      Object.fromEntries(
        files.map(({ path, contentType, cacheControl }) => [path, { contentType, cacheControl }]),
      );
    // The broadcaster writes it with the same headers.
    const count = { contentType: 'application/json', cacheControl: 'public, max-age=5' };
    assert.deepEqual(headers(site.manifest.files), { ...headers(manifest.files), 'count.json': count });
    assert.ok(site.manifest.contentSecurityPolicy.includes("default-src 'none'"));
  });

  test('a browser sees a second visit tick, whose link reports its opening by e-mail', async (t) => {
    const { front, reader } = deployment;
    const mailbox = await subscribe(reader);
    t.after(() => mailbox.close());
    const created = await deployment.succeeds('link', 'Acme, platform team', '--env', 'production');
    const link = created.trimEnd().split('\n').at(-1)!;
    const { url, counter_endpoint } = await deployment.outputs();
    const { domainName } = await deployment.site();
    const lead = (host: string) => `MAP ${host}:443 127.0.0.1:${front.port}`;
    const browser = await launchChromium([
      '--ignore-certificate-errors',
      `--host-resolver-rules=${lead(domainName)}`,
    ]);
    t.after(() => browser.close());
    const first = await openPage(browser, url!);
    await shows(first, 1, 1);
    const second = await openPage(browser, link);
    await shows(second, 2, 2);
    await shows(first, 2, 2);
    assert.equal(second.url(), `${url}/`);
    const { Subject, Message } = await mailbox.next();
    assert.equal(Subject, 'Your resume was opened');
    assert.match(Message, /^Acme, platform team opened your résumé at \d\d:\d\d UTC on \d{4}-\d\d-\d\d\./);
    const list = await deployment.succeeds('link', '--list', '--env', 'production');
    assert.match(list, /Acme, platform team: 1 visit, last on /);
    await ping(counter_endpoint!, front.port);
    await second.close();
    await shows(first, 3, 1);
    await first.close();
  });

  test('the functions’ roles allow what the functions did and nothing else', (t) =>
    checkFunctionRoles(t, deployment, pipeline));

  test('a deploy without changes changes nothing, run as the pipeline runs it', async () => {
    const { project, calls, work } = deployment;
    const from = calls.length;
    const GITHUB_OUTPUT = join(work, 'step-output');
    const { exitCode, output } = await project
      .with({ GITHUB_OUTPUT })
      .run('deploy.sh', 'production', '--yes');
    const unchanged = calls.slice(from);
    assert.equal(exitCode, 0, output);
    assert.equal(await readFile(GITHUB_OUTPUT, 'utf8'), `url=${(await deployment.outputs())['url']}\n`);
    assert.match(output, /Nothing to change/);
    const lock = `/${STATE_BUCKET}/${STATE_KEY}.tflock`;
    assert.deepEqual(
      unchanged
        .filter((call) => call.path !== lock && changesSomething(call))
        .map(({ method, path, target, body }) => ({ method, path, target, body })),
      [],
    );
    assert.ok(unchanged.some(({ path, method }) => path === lock && method === 'DELETE'));
  });

  test('plan.sh saves the plan and exits with 2 when something differs; a changed route needs a new deployment', async () => {
    const { project, work } = deployment;
    const file = join(project.directory, 'infra/api_gateway.tf');
    const before = await readFile(file, 'utf8');
    await writeFile(file, before.replace('"ping"        = true', '"ping"        = false'));
    const GITHUB_OUTPUT = join(work, 'plan-output');
    const GITHUB_STEP_SUMMARY = join(work, 'summary.md');
    const { exitCode, output } = await project
      .with({ GITHUB_OUTPUT, GITHUB_STEP_SUMMARY })
      .run('plan.sh', 'production', '--detailed-exitcode');
    await writeFile(file, before);
    assert.equal(exitCode, 2, output);
    assert.equal(await readFile(GITHUB_OUTPUT, 'utf8'), 'differs=true\n');
    const summary = await readFile(GITHUB_STEP_SUMMARY, 'utf8');
    assert.match(summary, /replace +aws_apigatewayv2_deployment\.counter/);
    assert.match(summary, /change +aws_apigatewayv2_stage\.counter/);
    assert.ok((await readFile(join(project.directory, 'plan/production.tfplan'))).length > 10_000);
  });

  testChangedResume(() => deployment);

  test('the site moves to the npm package in an owner’s folder, with its state and count', async () => {
    const { project, work, succeeds } = deployment;
    const folder = join(work, 'my résumé');
    await mkdir(folder);
    await copyFile('test/fixtures/resumes/engineer.json', join(folder, 'resume.json'));
    await copyFile(join(project.directory, 'cloud-resume.json'), join(folder, 'cloud-resume.json'));
    await succeeds('init', folder, '--yes', '--workflows', 'none');
    installed = await project.install(folder, await tarball());
    const { exitCode, output } = await installed.run('deploy', '--yes');
    assert.equal(exitCode, 0, output);
    assert.match(output, /change +aws_lambda_function\.updater \(filename\)/);
    assert.doesNotMatch(output, /New in|^ *(create|replace|delete) /m);
    assert.match(output, /the count stays at 3\n/);
    const stats = await installed.run('stats', '--env', 'production', '--days', '2');
    assert.match(stats.output, /\b3\b/);
    const names = await readdir(join(folder, 'node_modules/cloud-resume'), { recursive: true });
    assert.deepEqual(
      names.filter((name) => /\.terraform($|[\\/])|tfstate|tfplan/.test(name)),
      [],
    );
  });

  test('a lock is reported with its owner and how to release it', async () => {
    const Key = `${STATE_KEY}.tflock`;
    await deployment.s3.putObject({ Bucket: STATE_BUCKET, Key, Body: JSON.stringify(LOCK) });
    const refusal = await deployment.fails('deploy', '--yes');
    assert.match(refusal, /locked by ada@example \(apply\) since 2026-01-02/);
    assert.match(refusal, /npm run deploy -- --unlock 9ad1c2f4-2f53-7f5e-3f0c-1d2ab0f8c111/);
  });

  test('doctor, export, import, stats and logs find the environment by name', async () => {
    const { front, project, succeeds, work } = deployment;
    const { counter_endpoint, url } = await deployment.outputs();
    await visit(counter_endpoint!, url!, front.port);
    const { output: findings } = await project.run('doctor', '--env', 'production');
    // The TLS front has a certificate for one day and passes on plain HTTP, so no HSTS header is sent.
    assert.deepEqual(
      [...findings.matchAll(/^(BAD | {2}\? ) +(\w+)/gm)].map((match) => match[2]),
      ['headers', 'certificate'],
      findings,
    );
    for (const check of ['push', 'direct', 'files', 'alarms', 'failures', 'stream'])
      assert.match(findings, new RegExp(`^good +${check} `, 'm'));

    const file = join(work, 'owner.jsonl');
    assert.match(await succeeds('export', '--env', 'production', '--out', file), /\b4 visits\b/);
    assert.match(await succeeds('import', file, '--data', join(work, 'machine')), /\b4\b/);
    assert.match(await succeeds('import', file, '--env', 'production'), /\b4\b/);
    assert.match(await succeeds('stats', '--env', 'production', '--days', '2'), /\b4\b/);
    await succeeds('logs', '--env', 'production');
  });

  test('destroy --keep-count leaves the table with its count and nothing else', async () => {
    const output = await deployment.succeeds('destroy', '--yes', '--keep-count', '--unlock', LOCK.ID);
    assert.match(output, /count of 4 visits/);
    for (const region of [REGION, 'us-east-1'])
      assert.deepEqual(await listEverything(createAwsReader(deployment.aws.endpoint, region)), [
        `bucket ${STATE_BUCKET}`,
        'table cloud-resume-production-visitor-count',
      ]);
    const Bucket = STATE_BUCKET;
    assert.equal((await deployment.s3.listObjectsV2({ Bucket })).KeyCount, 0);
    const { Versions = [] } = await deployment.s3.listObjectVersions({ Bucket });
    assert.ok(Versions.length > 0, 'the old state can be restored');
  });

  test('the next deploy adopts the table', async () => {
    const output = await deployment.succeeds('deploy', '--plan', join(deployment.work, 'again.tfplan'));
    assert.match(output, /VisitorCount table/);
    assert.match(output, /create +1 DynamoDB\n/);
    assert.doesNotMatch(output, /to (replace|delete)/);
  });

  test('the package’s destroy leaves nothing behind; a second destroy has nothing to do', async () => {
    const file = join(deployment.work, 'count.jsonl');
    const { exitCode, output } = await installed.run('destroy', '--yes', '--export', file);
    assert.equal(exitCode, 0, output);
    assert.deepEqual(await listEverything(deployment.reader), [`bucket ${STATE_BUCKET}`]);
    const { count, remembered } = readCount(await readFile(file, 'utf8'), file);
    assert.equal(count, 4);
    assert.ok(remembered.has('a-visit-of-its-own'));
    assert.match(await deployment.succeeds('destroy', '--yes'), /nothing to/i);
  });

  test('the pipeline’s roles allow what was done here, in one environment only', (t) =>
    checkPipelineRoles(t, pipeline, deployment.calls));

  test('infra/deployer-policy.json allows a person what was done here, in one project only', () =>
    checkDeployerPolicy(deployment.calls));
});
