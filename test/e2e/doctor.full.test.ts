/** `npm run doctor` against a real local cloud: it finds each deliberate fault, and nothing in a healthy site. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkCertificate } from '../../cli/probes/certificate.ts';
import type { Finding } from '../../cli/probes/finding.ts';
import { checkSite } from '../../cli/probes/site.ts';
import { localTopology } from '../../local-cloud/counter-topology.ts';
import type { BuiltSite, SiteManifest } from '../../contract/site-manifest.ts';
import { buildFunctions } from '../../functions/build.ts';
import { findFreePort } from '../../local-cloud/dynamodb/free-port.ts';
import { startLocalCloud, type LocalCloud } from '../../local-cloud/index.ts';
import type { Topology } from '../../local-cloud/topology.ts';
import { buildSite } from '../../site/builder/index.ts';
import { startTlsFront } from '../infra/tls-front.ts';
import { serveHttp } from '../support/http-server.ts';
import { missingPrograms } from '../support/tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const work = temporaryFolder('cloud-resume-data-');
let built: BuiltSite;
let healthy: LocalCloud;
const closing: (() => Promise<unknown>)[] = [];

before(async () => {
  [built] = await Promise.all([
    buildSite({
      resumeFile: 'test/fixtures/resumes/engineer.json',
      outDirectory: join(work, 'site'),
      pdf: false,
    }),
    buildFunctions({ outDirectory: join(work, 'functions') }),
  ]);
  healthy = await cloudWith({});
});
after(async () => {
  for (const close of closing.reverse()) await close();
});

interface Breakage {
  site?: (manifest: SiteManifest) => SiteManifest;
  topology?: (topology: Topology, origins: string[]) => Topology;
  origins?: string[];
}

async function cloudWith({ site = (same) => same, topology = (same) => same, origins }: Breakage) {
  const cloud = await startLocalCloud({
    topology: (own) =>
      topology(
        localTopology({
          functionsDirectory: join(work, 'functions'),
          allowedOrigins: origins ?? own,
        }),
        own,
      ),
    dataDirectory: join(work, `data-${closing.length}`),
    host: '127.0.0.1',
    port: 0,
    site: { ...built, manifest: site(structuredClone(built.manifest)) },
    log: () => {},
  });
  closing.push(() => cloud.close());
  return cloud;
}

const examine = (url: string, pushTimeout = 20_000) =>
  checkSite(new URL(url), {
    timeout: 10_000,
    pushTimeout,
    now: Date.now,
    logOf: (component) => `the log of the ${component}`,
  });
const of = (findings: Finding[], check: string) => findings.find((finding) => finding.check === check);
const badOnes = (findings: Finding[]) =>
  findings.filter(({ state }) => state !== 'good').map(({ check, state }) => `${check} ${state}`);
test('a healthy site passes every check, and no visit is counted', async () => {
  const findings = await examine(healthy.url);
  assert.deepEqual(
    findings.map(({ check, state }) => `${state} ${check}`),
    [
      'good page',
      'good headers',
      'good policy',
      'good assets',
      'good resume.json',
      'good 404',
      'good endpoint',
      'good socket',
      'good hello',
      'good push',
      'good origin',
      'good health',
    ],
  );
  assert.match(of(findings, 'hello')!.detail, /"count":0/);
});

for (const [what, change, blocked] of [
  [
    'of another build blocks script and counter',
    (policy: string) =>
      policy
        .replace(/script-src 'sha256-./, "script-src 'sha256-!")
        .replace(/connect-src [^;]*/, 'connect-src wss://another.example'),
    /^blocks a script of the page and the counter \(connect-src does not name ws:/,
  ],
  [
    'with * blocks what is inline',
    () => 'default-src *',
    /^blocks a script of the page and a style of the page$/,
  ],
] as const)
  test(`a content security policy ${what}`, async () => {
    const cloud = await cloudWith({
      site: (built) => ({ ...built, contentSecurityPolicy: change(built.contentSecurityPolicy) }),
    });
    const findings = await examine(cloud.url);
    assert.deepEqual(badOnes(findings), ['policy bad']);
    assert.match(of(findings, 'policy')!.detail, blocked);
  });

test('a dead broadcaster: connections open, but nothing is pushed; hello has no route', async () => {
  const cloud = await cloudWith({
    topology: (topology) => ({
      ...topology,
      eventSourceMappings: [],
      schedules: [],
      webSocketApi: {
        ...topology.webSocketApi,
        routes: topology.webSocketApi.routes.filter(({ routeKey }) => routeKey !== 'hello'),
      },
    }),
  });
  const findings = await examine(cloud.url, 500);
  assert.deepEqual(badOnes(findings), ['hello bad', 'push bad']);
  assert.match(of(findings, 'hello')!.detail, /^answers \{"message":"Forbidden"/);
  assert.match(of(findings, 'push')!.remedy!, /the log of the broadcaster/);
});

test('origins: another site’s page is accepted, or the site’s own is rejected', async () => {
  const open = await cloudWith({
    topology: (_, own) =>
      localTopology({
        functionsDirectory: join(work, 'functions'),
        allowedOrigins: [...own, 'https://doctor.invalid'],
      }),
  });
  assert.deepEqual(badOnes(await examine(open.url)), ['origin bad']);
  const closed = await cloudWith({ origins: ['https://elsewhere.example'] });
  const findings = await examine(closed.url);
  assert.deepEqual(badOnes(findings), ['socket bad', 'hello unknown', 'push unknown']);
  assert.match(of(findings, 'socket')!.remedy!, /is not among the allowed origins/);
});

test('a failing updater is distinguished from one that rejects', async () => {
  const cloud = await cloudWith({
    topology: (topology) => ({
      ...topology,
      functions: topology.functions.map((fn) => ({
        ...fn,
        environment: { ...fn.environment, VISITOR_COUNT_TABLE: 'no-such-table' },
      })),
    }),
  });
  const findings = await examine(cloud.url);
  assert.match(of(findings, 'socket')!.detail, /does not open: 50[02]/);
  assert.match(of(findings, 'socket')!.remedy!, /the log of the updater/);
});

test('missing files', async () => {
  const cloud = await cloudWith({
    site: (built) => ({
      ...built,
      files: built.files.filter(({ path }) => !/^(resume\.json|404\.html|favicon)/.test(path)),
    }),
  });
  const findings = await examine(cloud.url);
  const bad = badOnes(findings);
  for (const check of ['assets bad', 'resume.json bad', '404 bad'])
    assert.ok(bad.includes(check), `${check}: ${bad.join(', ')}`);
  assert.match(of(findings, 'assets')!.detail, /the page needs \/favicon\.\w+\.svg \(404\)/);
});

test('another program answers at the address', async () => {
  const { url, close } = await serveHttp((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi<img src="http://[">'),
  );
  closing.push(async () => close());
  assert.deepEqual(badOnes(await examine(`${url}/`)), [
    'headers bad',
    'policy bad',
    'resume.json bad',
    '404 bad',
    'endpoint bad',
    'counter unknown',
  ]);
});

test('a certificate that is about to expire', { skip: missingPrograms('openssl') }, async () => {
  const front = await startTlsFront(Number(new URL(healthy.url).port), work);
  closing.push(() => front.close());
  const look = (nowMs: number) => checkCertificate(new URL(`https://127.0.0.1:${front.port}/`), 5_000, nowMs);
  const soon = await look(Date.now());
  assert.equal(soon.state, 'bad');
  assert.match(soon.detail, /^of 127\.0\.0\.1 expires in [01] days, on 20/);
  assert.equal((await look(Date.now() - 30 * 86_400_000)).state, 'good');
  const nobody = await checkCertificate(new URL('https://127.0.0.1:9/'), 5_000, Date.now());
  assert.deepEqual(nobody.detail, 'of 127.0.0.1 could not be read (ECONNREFUSED)');
});

function doctor(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['cli/main.mjs', 'doctor', ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

test('the command reports success or what to do, with its exit code', async () => {
  const well = await doctor(healthy.url);
  assert.equal(well.code, 0, well.output);
  assert.match(
    well.output,
    /^http:\/\/localhost:\d+\/\n\ngood {2}page {9}200, text\/html[\s\S]*\nAll is well\.\n$/,
  );
  const nobody = await doctor(`http://localhost:${await findFreePort()}/`);
  assert.equal(nobody.code, 1);
  assert.match(nobody.output, /BAD {3}page .*ECONNREFUSED\)\n +Start the server: npm start/);
});
