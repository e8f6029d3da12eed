import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { createdAt, toEventRecord } from './event.ts';

const ARN = 'arn:aws:dynamodb:eu-central-1:123456789012:table/VisitorCount/stream/2026-11-23T00:00:00.000';

test('binaries at any depth become base64, everything else is unchanged', () => {
  const image = <B>(binary: B) => ({
    binaries: { BS: [binary, binary] },
    map: { M: { list: { L: [{ B: binary }, { S: 'text' }] }, none: { NULL: true } } },
    set: { SS: ['a'] },
    number: { N: '1.5' },
    flag: { BOOL: false },
  });
  const record = { dynamodb: { NewImage: image(new Uint8Array([255, 0, 1])) } } as StreamRecord;

  assert.deepEqual(toEventRecord(record, ARN).dynamodb.NewImage, image('/wAB'));
});

test('a deletion by TTL names the service as its author', () => {
  const record: StreamRecord = {
    eventName: 'REMOVE',
    userIdentity: { PrincipalId: 'dynamodb.amazonaws.com', Type: 'Service' },
    dynamodb: { ApproximateCreationDateTime: new Date(1_700_000_000_000) },
  };

  const event = toEventRecord(record, ARN);

  assert.deepEqual(event, {
    eventName: 'REMOVE',
    userIdentity: { principalId: 'dynamodb.amazonaws.com', type: 'Service' },
    dynamodb: { ApproximateCreationDateTime: 1_700_000_000 },
    eventSourceARN: ARN,
  });
  assert.equal(createdAt(event), 1_700_000_000_000);
});
