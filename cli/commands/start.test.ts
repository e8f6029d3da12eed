/** What `npm start` says to what people get wrong: the message, the remedy, exit code 1, and no stack trace. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-resume-start-'));
});
after(() => rm(folder, { recursive: true }));

function start(
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const command = ['--import', 'tsx', 'cli/commands/start.ts', '--data', join(folder, 'data'), ...args];
    const options = { env: { ...process.env, ...environment }, timeout: 60_000 };
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}

async function refuses(
  args: string[],
  patterns: RegExp[],
  environment?: Record<string, string>,
): Promise<void> {
  const { code, output } = await start(args, environment);
  assert.equal(code, 1, output);
  for (const pattern of patterns) assert.match(output, pattern);
  assert.doesNotMatch(output, /^\s+at /m, 'no stack trace');
}

test('--help lists the flags and starts nothing', async () => {
  const { code, output } = await start(['--help']);
  assert.equal(code, 0);
  for (const flag of ['--port', '--host', '--data', '--resume', '--public-url', '--verbose'])
    assert.ok(output.includes(flag), flag);
});

test('an unknown flag', () => refuses(['--prot', '4000'], [/'--prot'/, /npm start -- --help/]));

test('a port that is none', () => refuses(['--port', '70000'], [/--port is "70000"/, /0 to 65535/]));

for (const url of [
  'resume.example.com',
  'ftp://example.com',
  'https://example.com/cv',
  'https://example.com/?a',
])
  test(`a public URL that is no origin: ${url}`, () =>
    refuses(
      ['--port', '0', '--public-url', url],
      [/--public-url is/, /such as https:\/\/resume\.example\.com/],
    ));

test('a port that is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await refuses(
    ['--port', String(port)],
    [new RegExp(`Port ${port} is taken`), new RegExp(`--port ${port + 1}`)],
  );
  await new Promise((resolve) => other.close(resolve));
});

test('a résumé that is not there', () =>
  refuses(['--port', '0', '--resume', join(folder, 'nowhere.json')], [/nowhere\.json/]));

test('a résumé that is no JSON: file, line and column', async () => {
  const file = join(folder, 'broken.json');
  await writeFile(file, '{\n  "basics": { "name": "A" \n  "work": []\n}\n');
  await refuses(['--port', '0', '--resume', file], [/broken\.json:3:3/]);
});

test('a data folder that is a file', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await refuses(['--port', '0', '--data', file], [new RegExp(file)]);
});

test('a database file from something else is named and left alone', async () => {
  const data = join(folder, 'foreign');
  await mkdir(data);
  await writeFile(join(data, 'dynamodb.sqlite'), 'my diary');
  await refuses(['--port', '0', '--data', data], [/dynamodb\.sqlite/]);
});

test('DYNAMODB_ENDPOINT that nobody answers', () =>
  refuses(['--port', '0'], [/127\.0\.0\.1:9/, /DYNAMODB_ENDPOINT/], {
    DYNAMODB_ENDPOINT: 'http://127.0.0.1:9',
  }));
