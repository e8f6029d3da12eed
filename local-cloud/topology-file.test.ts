import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { readTopology } from './topology-file.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'code'));

function read(text: string, name = 'app.yaml') {
  writeFileSync(join(folder, name), text);
  return readTopology(join(folder, name));
}

const CHAT = `functions:
  - functionName: chat
    codeDirectory: code
webSocketApi:
  stage: prod
  routes:
    - { routeKey: $connect, functionName: chat }
tables:
  - TableName: rooms
    KeySchema: [{ AttributeName: id, KeyType: HASH }]
    AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
    StreamSpecification: { StreamViewType: KEYS_ONLY }
`;

test('YAML and JSON mean the same; the defaults are those of AWS, and folders are relative to the file', async () => {
  const text = `${CHAT}eventSourceMappings: [{ tableName: rooms, functionName: chat }]\n`;
  const topology = await read(text);

  const { functions, webSocketApi, tables, eventSourceMappings, ...rest } = topology;
  assert.deepEqual(rest, { region: 'us-east-1', schedules: [] });
  const { codeDirectory, handler, timeout, memorySize } = functions[0]!;
  assert.deepEqual(
    { codeDirectory, handler, timeout, memorySize },
    { codeDirectory: join(folder, 'code'), handler: 'index.handler', timeout: 3, memorySize: 128 },
  );
  assert.equal(webSocketApi.routeSelectionExpression, '$request.body.action');
  assert.deepEqual(tables[0]!.StreamSpecification, { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
  const { uuid, batchSize, maximumRetryAttempts } = eventSourceMappings[0]!;
  assert.deepEqual([uuid, batchSize, maximumRetryAttempts], ['rooms-to-chat', 100, -1]);
  assert.deepEqual(await read(JSON.stringify(parse(text)), 'app.json'), topology);
});

const MAPPING = 'eventSourceMappings: [{ tableName: rooms, functionName: chat }]\n';
const CONNECT = '    - { routeKey: $connect, functionName: chat }\n';
for (const [what, before, after, message, hint] of [
  [
    'a misspelt field',
    'stage:',
    'stag:',
    /:5:3: error: "webSocketApi\.stag" is not a field/,
    'Did you mean "stage"?',
  ],
  [
    'a missing field',
    '    codeDirectory: code\n',
    '',
    /:2:5: error: functions\[0\] needs "codeDirectory"/,
    '',
  ],
  [
    'a number as a name',
    'rooms',
    '2026',
    /TableName is 2026, but must be text/,
    'Write it in quotes: "2026".',
  ],
  [
    'a value of the wrong form',
    'prod',
    '/prod',
    /stage is "\/prod", which has the wrong form/,
    'like "prod".',
  ],
  [
    'an age that AWS rejects',
    '    StreamSpecification: { StreamViewType: KEYS_ONLY }\n',
    MAPPING.replace('chat }', 'chat, maximumRecordAgeInSeconds: 59 }'),
    /maximumRecordAgeInSeconds is 59, but must be >= 60/,
    '-1 for no limit, or from 60 to 604,800 seconds.',
  ],
  [
    'a route to a misspelt function',
    '$connect, functionName: chat',
    '$connect, functionName: chap',
    /:7:43: error: webSocketApi\.routes\[0\]\.functionName is "chap", but there is no such function/,
    'Did you mean "chat"?',
  ],
  [
    'a mapping of a table without a stream',
    '    StreamSpecification: { StreamViewType: KEYS_ONLY }\n',
    MAPPING,
    /tableName is "rooms", but there is no such table with a StreamSpecification/,
    'Known: none.',
  ],
  [
    'two routes with one key',
    CONNECT,
    CONNECT + CONNECT,
    /:8:19: error: webSocketApi\.routes\[1\]\.routeKey is "\$connect", like an earlier one/,
    'Rename one.',
  ],
  [
    'a missing folder',
    'codeDirectory: code',
    'codeDirectory: dist',
    /:3:20: .* no such folder/,
    'Looked for /',
  ],
  ['broken YAML', '{ routeKey', '[ routeKey', /:7:\d+: error: not YAML: /, ''],
] as const)
  test(`names ${what}, its place and what to do`, async () => {
    assert.ok(CHAT.includes(before));
    await assert.rejects(read(CHAT.replace(before, after)), (error: Error) => {
      assert.equal(error.name, 'UserError');
      assert.match(error.message, message);
      assert.ok(error.message.includes(hint), error.message);
      return true;
    });
  });

test('one error says that a file is something else', () =>
  assert.rejects(read('{ "name": "app", "scripts": {} }', 'package.json'), {
    message: `${join(folder, 'package.json')}:1:1: error: this is not a topology: it has neither "functions" nor "webSocketApi"
  1 | { "name": "app", "scripts": {} }
    | ^`,
  }));

test('names a file that is missing', () =>
  assert.rejects(readTopology(join(folder, 'none.json')), {
    name: 'UserError',
    message: /none\.json cannot be read \(ENOENT\)/,
  }));

test('the file in README.md is complete', async () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  for (const [, name] of yaml.matchAll(/codeDirectory: (\w+)/g)) mkdirSync(join(folder, name!));

  assert.equal((await read(yaml)).functions.length, 4);
});
