import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { functionBundle } from './testing/function-bundle.ts';
import { startLambda } from './testing/start-lambda.ts';

for (const [name, body, expected] of [
  ['a result', '(event, context, callback) => callback(null, 1)', 1],
  ['an error', '(event, context, callback) => callback(new RangeError("no"))', 'RangeError: no'],
  ['an error that is text', '(event, context, callback) => callback("no")', 'string: no'],
  [
    'the first of two results',
    '(e, c, callback) => { c.callbackWaitsForEmptyEventLoop = false; callback(null, 1); callback(null, 2) }',
    1,
  ],
  [
    'a result when nothing else is running',
    '(event, context, callback) => { const all = []; callback(null, all); setTimeout(() => all.push("late"), 5) }',
    ['late'],
  ],
  [
    'a result immediately, if the handler asks for it',
    `(event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000);
      setImmediate(callback, null, 1) }`,
    1,
  ],
  ['null without a callback', '(event, context, callback) => { setTimeout(() => {}, 1) }', null],
  ['null for a value that is returned', '() => 1', null],
  ['a promise’s value', 'async (event, context, callback) => 1', 1],
  ['a promise’s error', 'async (event, context, callback) => { throw new TypeError("no") }', 'TypeError: no'],
  ['a synchronous error', '(event, context, callback) => { throw new TypeError("no") }', 'TypeError: no'],
] as const)
  test(`until nodejs22.x, a handler answers with ${name}`, async (t) => {
    const fn = functionBundle(`export const handler = ${body}`, { runtime: 'nodejs20.x' });
    const lambda = startLambda(t, fn);

    for (const attempt of ['first', 'second']) {
      const { payload, functionError } = await lambda.invoke('greeter', {});
      const answer = functionError ? `${functionError.errorType}: ${functionError.errorMessage}` : payload;
      assert.deepEqual(answer, expected, attempt);
    }
    assert.equal(lambda.status('greeter').idle, 1, 'the environment is kept');
  });

for (const [client, code] of [
  ['fetch', 'export const handler = async () => (await fetch("https://aws.example/a")).text()'],
  [
    'a named import of https',
    `import { get } from 'node:https';
    import { text } from 'node:stream/consumers';
    export const handler = () => new Promise((resolve, reject) =>
      get('https://aws.example/a', (response) => resolve(text(response))).on('error', reject))`,
  ],
  [
    'tls.connect with a listener',
    `import { connect } from 'node:tls';
    import { text } from 'node:stream/consumers';
    export const handler = async () => {
      const socket = connect(443, 'aws.example', () => socket.write('GET /a HTTP/1.0\\r\\nHost: aws.example\\r\\n\\r\\n'));
      return (await text(socket)).split('\\r\\n\\r\\n')[1];
    }`,
  ],
] as const)
  test(`a function reaches the local service under AWS's name with ${client}`, async (t) => {
    const server = createServer(({ headers, url }, response) => response.end(`${headers.host}${url}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const lambda = startLambda(t, functionBundle(code), {
      redirects: { 'aws.example': `http://127.0.0.1:${port}` },
    });

    assert.equal((await lambda.invoke('greeter', {})).payload, 'aws.example/a');
  });

for (const [runtime, name, remedy] of [
  [
    'nodejs16.x',
    'aws-sdk',
    /Lambda's nodejs16\.x contains it, this machine does not\. Install it there: npm install .* aws-sdk$/,
  ],
  [
    'nodejs16.x',
    '@aws-sdk/client-dynamodb',
    /does not contain it\. Install it there: npm install .* @aws-sdk\/client-dynamodb$/,
  ],
  ['nodejs20.x', 'aws-sdk', /does not contain it\. Install it there: npm install .* aws-sdk$/],
] as const)
  for (const [file, code] of [
    ['index.mjs', `import ${JSON.stringify(name)}; export const handler = () => {}`],
    ['index.cjs', `require(${JSON.stringify(name)}); exports.handler = () => {}`],
  ] as const)
    test(`says how to get ${name}, which ${file} misses in ${runtime}`, async (t) => {
      const lambda = startLambda(t, functionBundle(code, { runtime, fileName: file }));

      const error = await lambda.warm('greeter');

      assert.equal(error?.errorType, 'Runtime.ImportModuleError');
      assert.match(error.errorMessage, remedy);
    });
