/** The step that lists the previews, against a fake of S3 and STS. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUCKET = 'resume-state-123456789012';
const KEYS = [
  'bootstrap/resume/terraform.tfstate',
  'resume/pr-3/terraform.tfstate',
  'resume/pr-12/deploy.json',
  'resume/pr-12/terraform.tfstate',
  'resume/production/terraform.tfstate',
];

describe('the step that lists the previews', () => {
  let server: Server;
  const folder = temporaryFolder();
  let isThere = true;

  before(async () => {
    await writeFile(join(folder, 'cloud-resume.json'), '{ "name": "resume", "region": "eu-central-1" }');
    server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://aws');
      if (request.method === 'POST') {
        response.end(`<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>
          <Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`);
      } else if (!isThere || url.pathname.replace(/\/$/, '') !== `/${BUCKET}`) response.writeHead(404).end();
      else if (request.method === 'HEAD') response.setHeader('x-amz-bucket-region', 'eu-central-1').end();
      else {
        const prefix = url.searchParams.get('prefix')!;
        const { length } = prefix;
        const delimiter = url.searchParams.get('delimiter')!;
        const found = KEYS.filter((key) => key.startsWith(prefix));
        const common = new Set(found.map((key) => key.slice(0, key.indexOf(delimiter, length) + 1)));
        const list = [...common].map((one) => `<CommonPrefixes><Prefix>${one}</Prefix></CommonPrefixes>`);
        response.end(`<ListBucketResult>${list.join('')}</ListBucketResult>`);
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  after(async () => {
    server.closeAllConnections();
    server.close();
  });

  async function list(environment: NodeJS.ProcessEnv = {}) {
    const outputs = join(folder, 'output');
    await writeFile(outputs, '');
    const child = spawn(process.execPath, ['cli/main.mjs', 'pipeline', 'previews'], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        AWS_ACCESS_KEY_ID: 'emulated',
        AWS_SECRET_ACCESS_KEY: 'emulated',
        CLOUD_RESUME_CONFIG: join(folder, 'cloud-resume.json'),
        GITHUB_OUTPUT: outputs,
        ...environment,
      },
    });
    const [said, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { exitCode: exitCode as number, said: said + errors, outputs: await readFile(outputs, 'utf8') };
  }

  test('lists the previews that have a state', async () => {
    assert.deepEqual(await list(), {
      exitCode: 0,
      said: 'pr-3\npr-12\n',
      outputs: 'environments=pr-3 pr-12\n',
    });
  });

  test('lists nothing without a state bucket', async () => {
    isThere = false;
    assert.deepEqual(await list(), {
      exitCode: 0,
      said: 'There are no previews.\n',
      outputs: 'environments=\n',
    });
  });

  test('outside a workflow it says which variable is missing', async () => {
    const { exitCode, said } = await list({ GITHUB_OUTPUT: '' });
    assert.equal(exitCode, 1);
    assert.match(said, /GITHUB_OUTPUT is not set/);
  });
});
