/** Self-hosting as documented: nginx with TLS in front of `npm start`, and a real browser. */
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { get, request as httpsRequest } from 'node:https';
import { get as httpGet } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { findFreePort } from '../../local-cloud/dynamodb/free-port.ts';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { openTab, shows } from '../support/counter-page.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { missingPrograms } from '../support/tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NAME = 'resume.example.com';
const PUBLIC_URL = `https://${NAME}`;
const skip = missingChromium() || missingPrograms('nginx', 'openssl');

describe('behind nginx', { skip }, () => {
  const data = temporaryFolder('cloud-resume-data-');
  const folder = temporaryFolder();
  let port: number;
  let server: RunningServer;
  let nginx: ChildProcess | undefined;
  let ports: { http: number; https: number };
  let browser: Browser;

  const start = () => startServer(data, ['--port', String(port), '--public-url', PUBLIC_URL]);

  before(async () => {
    port = await findFreePort();
    // One after the other: what has started when a later one fails is stopped.
    for (let attempt = 1; !nginx; attempt++) {
      ports = { http: await findFreePort(), https: await findFreePort() };
      nginx = await startNginx(folder, port, ports).catch((error: Error) => {
        // Another test may have taken a port meanwhile.
        if (attempt === 3 || !error.message.includes('Address already in use')) throw error;
        return undefined;
      });
    }
    server = await start();
    browser = await launchChromium([
      '--ignore-certificate-errors',
      // In place of DNS.
      `--host-resolver-rules=MAP ${NAME}:443 127.0.0.1:${ports.https}`,
    ]);
  });
  after(async () => {
    await browser?.close();
    nginx?.kill('SIGQUIT');
    await server?.kill();
  });

  test('npm start prints the public address', () => {
    assert.equal(server.url, `${PUBLIC_URL}/`);
  });

  test('a second visit ticks on the first page', async () => {
    const first = await openTab(browser, PUBLIC_URL);
    await shows(first, 1, 1);
    const second = await openTab(browser, PUBLIC_URL);
    await shows(second, 2, 2);
    await shows(first, 2, 2);
    await second.close();
    await shows(first, 2, 1);
    await first.close();
  });

  test('after an upgrade, open pages reconnect, and no visit is lost or counted twice', async () => {
    const page = await openTab(browser, PUBLIC_URL);
    await shows(page, 3, 1);
    assert.equal(await server.stop(), 0);
    server = await start();
    const newcomer = await openTab(browser, PUBLIC_URL);
    await shows(newcomer, 4, 2);
    await shows(page, 4, 2);
    await Promise.all([page.close(), newcomer.close()]);
  });

  test('the page has HSTS, a policy for this socket and this address', async () => {
    const page = await ask(get({ ...local(ports.https), path: '/' }));
    assert.equal(page.headers['strict-transport-security'], 'max-age=63072000');
    assert.match(String(page.headers['content-security-policy']), /connect-src 'self';/);
    assert.ok(page.body.includes(`<link rel="canonical" href="${PUBLIC_URL}/"`), page.body);
    assert.match(page.body, /property="og:image" content="https:\/\/resume\.example\.com\/card\.\w+\.png"/);
    const sitemap = await ask(get({ ...local(ports.https), path: '/sitemap.xml' }));
    assert.ok(sitemap.body.includes(`<loc>${PUBLIC_URL}/</loc>`));
  });

  test('plain HTTP serves the certificate challenge and redirects everything else to TLS', async () => {
    const plain = (path: string) =>
      ask(httpGet({ host: '127.0.0.1', port: ports.http, path, headers: { host: NAME } }));
    const challenges = join(folder, 'html', '.well-known', 'acme-challenge');
    await mkdir(challenges, { recursive: true });
    await writeFile(join(challenges, 'a-token'), 'a-token.thumbprint');
    const challenge = await plain('/.well-known/acme-challenge/a-token');
    assert.equal(challenge.statusCode, 200);
    assert.equal(challenge.body, 'a-token.thumbprint');
    assert.equal((await plain('/.well-known/acme-challenge/another')).statusCode, 404);
    for (const path of ['/', '/a?b=c', '/.well-known/security.txt']) {
      const answer = await plain(path);
      assert.equal(answer.statusCode, 301, path);
      assert.equal(answer.headers.location, `${PUBLIC_URL}${path}`);
    }
  });

  test('owner-only paths are not reachable from outside', async () => {
    for (const path of ['/healthz', '/metrics'])
      assert.equal((await ask(get({ ...local(ports.https), path }))).statusCode, 404, path);
    assert.equal((await ask(httpGet({ host: '127.0.0.1', port, path: '/healthz' }))).statusCode, 200);
  });

  test('another site’s page may not connect', async () => {
    const answer = await ask(
      httpsRequest({
        ...local(ports.https),
        path: '/live?visit=from-another-site',
        headers: {
          host: NAME,
          origin: 'https://elsewhere.example',
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      }).end(),
    );
    assert.equal(answer.statusCode, 403);
  });
});

test('the documented commands replace the example host everywhere', async () => {
  const folder = temporaryFolder();
  for (const part of ['systemd/system', 'nginx/sites-available', 'nginx/sites-enabled'])
    await mkdir(join(folder, 'etc', part), { recursive: true });
  const lines = (await readBlock('docs/self-hosting.md', 'sed -i'))
    .replaceAll('/opt/cloud-resume/', join(process.cwd(), '/'))
    .replaceAll(' /etc/', ` ${folder}/etc/`);
  await promisify(execFile)('sh', ['-ec', lines]);
  for (const file of ['systemd/system/cloud-resume.service', 'nginx/sites-enabled/cloud-resume']) {
    const text = await readFile(join(folder, 'etc', file), 'utf8');
    assert.ok(text.includes('YOUR.NAME') && !text.includes(NAME), `${file}:\n${text}`);
  }
});

test('systemd-analyze accepts the unit', { skip: missingPrograms('systemd-analyze') }, async () => {
  const folder = temporaryFolder();
  const unit = await readFile('self-hosting/cloud-resume.service', 'utf8');
  const file = join(folder, 'cloud-resume.service');
  await writeFile(file, unit.replace('/usr/bin/node', process.execPath));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  const complaints = stderr.split('\n').filter((line) => line.includes('cloud-resume.service'));
  assert.deepEqual(complaints, []);
  assert.equal(status, 0, stderr);
});

const local = (port: number) => ({
  host: '127.0.0.1',
  port,
  headers: { host: NAME },
  rejectUnauthorized: false,
  agent: false as const,
});

/** The block of commands in a page that contains this text. */
async function readBlock(page: string, word: string): Promise<string> {
  const blocks = (await readFile(page, 'utf8')).matchAll(/^```sh\n([^]*?)^```$/gm);
  return [...blocks].map(([, block]) => block!).find((block) => block.includes(word))!;
}

async function ask(request: ReturnType<typeof get>) {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode, headers } = response;
  return { statusCode, headers, body: await text(response) };
}

/** The documented configuration with this test's ports, certificate and folders. */
async function startNginx(
  folder: string,
  backend: number,
  ports: { http: number; https: number },
): Promise<ChildProcess> {
  const documented = await readFile('self-hosting/nginx.conf', 'utf8');
  const site = documented
    // First: 127.0.0.1:4000 is the beginning of other ports.
    .replace('127.0.0.1:4000', `127.0.0.1:${backend}`)
    .replace(/^ *listen \[::\].*\n/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${ports.http};`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${ports.https} ssl;`)
    .replaceAll('/etc/letsencrypt/live/resume.example.com', folder)
    .replace('/var/www/html', join(folder, 'html'));
  const options = `-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=${NAME}`;
  const files = ['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')];
  await promisify(execFile)('openssl', ['req', ...options.split(' '), ...files]);
  await mkdir(join(folder, 'temporary'), { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/temporary/${name};`)
    .join('\n');
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr notice;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${site}\n}\n`,
  );
  const nginx = spawn('nginx', ['-c', file, '-p', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    nginx.stderr!.on('data', (data: Buffer) => {
      said += String(data);
      // The first message after the sockets are open.
      if (said.includes('using the "')) resolve();
    });
    nginx.once('exit', () => reject(new Error(`nginx ended: ${said}`)));
  });
  return nginx;
}
