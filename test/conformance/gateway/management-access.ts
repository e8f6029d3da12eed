import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from './client.ts';
import { chapter } from './fact.ts';
import { call, type RawCall } from './management-client.ts';

const OLD = 6 * 60_000;

export const managementAccess = chapter('access to @connections', (fact) => {
  const refusals: Record<string, [options: RawCall, errorType: string]> = {
    'without a signature': [{ unsigned: true }, 'MissingAuthenticationTokenException'],
    'by an unknown access key': [
      { credentials: { accessKeyId: 'X', secretAccessKey: 'y' } },
      'UnrecognizedClientException',
    ],
    'over another body than the one that is sent': [{ signedBody: 'other' }, 'InvalidSignatureException'],
    'for another Region': [{ region: 'us-east-2' }, 'InvalidSignatureException'],
  };
  for (const [name, [options, errorType]] of Object.entries(refusals)) {
    for (const method of ['POST', 'GET', 'DELETE']) {
      fact(
        `${method} signed ${name} → 403 ${errorType}`.replace('signed without', 'without'),
        {},
        async (stage) => {
          const client = await Client.open(stage.webSocketUrl);
          const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
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

  fact('a signature more than 5 minutes old or ahead → 403', {}, async (stage) => {
    for (const at of [stage.now() - OLD, stage.now() + OLD]) {
      const answer = await call(stage, { connectionId: 'L0SM9cOFvHcCIhw=', at });
      assert.deepEqual([answer.statusCode, answer.errorType], [403, 'InvalidSignatureException']);
    }
  });

  fact('an unsigned request learns nothing about ids or sizes', {}, async (stage) => {
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
    await Client.open(stage.webSocketUrl);
    const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
    assert.equal((await call(stage, { method: 'PUT', connectionId })).statusCode, 403);
  });

  fact(
    'a caller that goes in the middle of its request, or talks nonsense, disturbs nobody',
    {},
    async (stage) => {
      const { hostname, port } = new URL(stage.managementEndpoint);
      const head = 'POST /live/@connections/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf';
      const vanishing = connect(Number(port), hostname, () => vanishing.end(head));
      vanishing.resume();
      const nonsense = connect(Number(port), hostname, () => nonsense.write('nonsense\r\n\r\n'));
      assert.match(await text(nonsense), /^HTTP\/1\.1 400 /);
      const client = await Client.open(stage.webSocketUrl);
      const { connectionId } = (await stage.nextEvent('$connect')).requestContext;
      assert.equal((await call(stage, { connectionId, body: 'still here' })).statusCode, 200);
      assert.equal(await client.next(), 'still here');
    },
  );
});
