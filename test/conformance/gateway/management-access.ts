import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectClient } from './client.ts';
import { chapter } from './fact.ts';
import { call, type RawCall } from './management-client.ts';
import type { Stage } from './target.ts';

const UNKNOWN = 'L0SM9cOFvHcCIhw=';
const SIX_MINUTES = 6 * 60_000;

const refusals: [name: string, options: (stage: Stage) => RawCall, errorType: string][] = [
  ['without a signature', () => ({ unsigned: true }), 'MissingAuthenticationTokenException'],
  [
    'signed with an unknown access key',
    () => ({ credentials: { accessKeyId: 'X', secretAccessKey: 'y' } }),
    'UnrecognizedClientException',
  ],
  [
    'signed with the wrong secret',
    ({ credentials }) => ({ credentials: { ...credentials, secretAccessKey: 'wrong' } }),
    'InvalidSignatureException',
  ],
  ['signed for a different body', () => ({ signedBody: 'other' }), 'InvalidSignatureException'],
  ['signed for another Region', () => ({ region: 'us-east-2' }), 'InvalidSignatureException'],
  ['signed six minutes ago', (stage) => ({ at: stage.now() - SIX_MINUTES }), 'InvalidSignatureException'],
  ['signed in six minutes', (stage) => ({ at: stage.now() + SIX_MINUTES }), 'InvalidSignatureException'],
];

export const managementAccess = chapter('access to @connections', (fact) => {
  for (const [name, options, errorType] of refusals)
    for (const method of ['POST', 'GET', 'DELETE'])
      fact(`${method} ${name} → 403 ${errorType}`, async (stage) => {
        const { client, connectionId } = await connectClient(stage);
        const answer = await call(stage, { method, connectionId, body: 'evil', ...options(stage) });
        assert.deepEqual([answer.statusCode, answer.errorType], [403, errorType]);
        await client.assertServed();
      });

  fact('an unsigned request gets 403 before its id or size is checked', async (stage) => {
    for (const options of [
      { connectionId: 'nonsense' },
      { body: 'x'.repeat(200_000) },
      { path: '/elsewhere' },
    ])
      assert.equal((await call(stage, { ...options, unsigned: true })).statusCode, 403);
  });

  fact('another stage, path or method → 403 ForbiddenException', async (stage) => {
    const { pathname } = new URL(stage.managementEndpoint);
    for (const path of [`/prod/@connections/${UNKNOWN}`, `${pathname}/other`, pathname, '/']) {
      const answer = await call(stage, { path, body: 'x' });
      assert.deepEqual([answer.statusCode, answer.errorType], [403, 'ForbiddenException'], path);
    }
    const { connectionId } = await connectClient(stage);
    assert.equal((await call(stage, { method: 'PUT', connectionId })).statusCode, 403);
  });

  fact('a caller that breaks off, or sends invalid HTTP, affects no other caller', async (stage) => {
    const { hostname, port } = new URL(stage.managementEndpoint);
    const head = 'POST /live/@connections/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf';
    const vanishing = connect(Number(port), hostname, () => vanishing.end(head));
    vanishing.resume();
    const nonsense = connect(Number(port), hostname, () => nonsense.write('nonsense\r\n\r\n'));
    assert.match(await text(nonsense), /^HTTP\/1\.1 400 /);
    const { client, connectionId } = await connectClient(stage);
    assert.equal((await call(stage, { connectionId, body: 'still here' })).statusCode, 200);
    assert.equal(await client.next(), 'still here');
  });
});
