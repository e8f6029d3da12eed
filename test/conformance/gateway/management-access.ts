import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectClient } from './client.ts';
import { chapter } from './fact.ts';
import { call, type RawCall } from './management-client.ts';

const OLD = 6 * 60_000;

export const managementAccess = chapter('access to @connections', (fact) => {
  const refusals: Record<string, [options: RawCall, errorType: string]> = {
    'without a signature': [{ unsigned: true }, 'MissingAuthenticationTokenException'],
    'with an unknown access key': [
      { credentials: { accessKeyId: 'X', secretAccessKey: 'y' } },
      'UnrecognizedClientException',
    ],
    'for a different body': [{ signedBody: 'other' }, 'InvalidSignatureException'],
    'for another Region': [{ region: 'us-east-2' }, 'InvalidSignatureException'],
  };
  for (const [name, [options, errorType]] of Object.entries(refusals)) {
    for (const method of ['POST', 'GET', 'DELETE']) {
      fact(
        `${method} signed ${name} → 403 ${errorType}`.replace('signed without', 'without'),
        {},
        async (stage) => {
          const { client, connectionId } = await connectClient(stage);
          const answer = await call(stage, { method, connectionId, body: 'evil', ...options });
          assert.deepEqual([answer.statusCode, answer.errorType], [403, errorType]);
          assert.equal(await client.ask('{"action":"hello"}'), 'hello');
        },
      );
    }
  }

  fact('a signature with the wrong secret → 403 InvalidSignatureException', {}, async (stage) => {
    const credentials = { ...stage.credentials, secretAccessKey: 'wrong' };
    const answer = await call(stage, { connectionId: 'L0SM9cOFvHcCIhw=', credentials });
    assert.deepEqual([answer.statusCode, answer.errorType], [403, 'InvalidSignatureException']);
  });

  fact('a signature dated more than 5 minutes in the past or future → 403', {}, async (stage) => {
    for (const at of [stage.now() - OLD, stage.now() + OLD]) {
      const answer = await call(stage, { connectionId: 'L0SM9cOFvHcCIhw=', at });
      assert.deepEqual([answer.statusCode, answer.errorType], [403, 'InvalidSignatureException']);
    }
  });

  fact('an unsigned request gets 403 before its id or size is checked', {}, async (stage) => {
    for (const options of [
      { connectionId: 'nonsense' },
      { body: 'x'.repeat(200_000) },
      { path: '/elsewhere' },
    ]) {
      assert.equal((await call(stage, { ...options, unsigned: true })).statusCode, 403);
    }
  });

  fact('another stage, path or method → 403 ForbiddenException', {}, async (stage) => {
    const { pathname } = new URL(stage.managementEndpoint);
    for (const path of ['/prod/@connections/L0SM9cOFvHcCIhw=', `${pathname}/other`, pathname, '/']) {
      const answer = await call(stage, { path, body: 'x' });
      assert.deepEqual([answer.statusCode, answer.errorType], [403, 'ForbiddenException'], path);
    }
    const { connectionId } = await connectClient(stage);
    assert.equal((await call(stage, { method: 'PUT', connectionId })).statusCode, 403);
  });

  fact('a caller that breaks off, or sends invalid HTTP, affects no other caller', {}, async (stage) => {
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
