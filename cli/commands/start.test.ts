/** How `npm start` rejects what cannot work: the message says what and where. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { command } from '../../test/support/command.ts';

const SAMPLE = 'test/fixtures/resumes/engineer.json';
const folder = temporaryFolder();

async function rejects(args: string[], ...patterns: RegExp[]): Promise<void> {
  const defaults = ['--port', '0', '--resume', SAMPLE, '--data', join(folder, 'data')];
  await assert.rejects(command('start', ...defaults, ...args), (error: Error & { remedy?: string }) => {
    assert.ok(error.remedy, error.stack);
    for (const pattern of patterns) assert.match(`${error.message}\n${error.remedy}`, pattern);
    return true;
  });
}

test('a port that is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await rejects(
    ['--port', String(port)],
    new RegExp(`Port ${port} is taken`),
    new RegExp(`--port ${port + 1}`),
  );
  other.close();
});

test('a résumé that is not JSON: file, line and column', async () => {
  const file = join(folder, 'broken.json');
  await writeFile(file, '{\n  "basics": { "name": "A" \n  "work": []\n}\n');
  await rejects(['--resume', file], /broken\.json:3:3/);
});

test('a data folder that is a file', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await rejects(['--data', file], new RegExp(file));
});

test('a database file of another program, which is left alone', async () => {
  const data = join(folder, 'other');
  await mkdir(data);
  await writeFile(join(data, 'dynamodb.sqlite'), 'my diary');
  await rejects(['--data', data], /dynamodb\.sqlite/);
});

test('a DYNAMODB_ENDPOINT that does not answer', async () => {
  process.env['DYNAMODB_ENDPOINT'] = 'http://127.0.0.1:9';
  await rejects([], /127\.0\.0\.1:9/, /DYNAMODB_ENDPOINT/);
  delete process.env['DYNAMODB_ENDPOINT'];
});
