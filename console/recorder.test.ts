/** Traces, assembled from events as the local cloud reports them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Span } from '../contract/console.ts';
import type { LocalCloudEvent } from '../local-cloud/observer.ts';
import { Recorder } from './recorder.ts';
import type { StoreOptions } from './span-store.ts';

const UPDATER = { functionName: 'cloud-resume-updater', functionArn: 'arn:updater' };
const BROADCASTER = { functionName: 'cloud-resume-broadcaster', functionArn: 'arn:broadcaster' };

/** A recorder whose clock advances one millisecond each time it is read. */
function recording(options: StoreOptions = {}) {
  let at = 1_000;
  const recorder = new Recorder({ now: () => at++, ...options });
  const play = (events: LocalCloudEvent[]) => events.forEach((event) => recorder.observe(event));
  const spans = () => recorder.spans.newest(10_000);
  const one = (kind: Span['kind'], nth = 0) => spans().filter((span) => span.kind === kind)[nth]!;
  return { recorder, play, spans, one };
}

const invoke = (fn: typeof UPDATER, requestId: string, event: unknown): LocalCloudEvent => ({
  type: 'invoke',
  ...fn,
  requestId,
  event,
  payload: JSON.stringify(event),
});
const done = ({ functionName }: typeof UPDATER, requestId: string, more: object = {}): LocalCloudEvent => ({
  type: 'invocation',
  functionName,
  requestId,
  durationMs: 1,
  memorySize: 256,
  maxMemoryUsed: 80,
  result: '{"statusCode":200,"body":""}',
  ...more,
});
const log = ({ functionName }: typeof UPDATER, requestId: string, line: object): LocalCloudEvent => ({
  type: 'log',
  functionName,
  requestId,
  line: JSON.stringify(line),
});
const records = (...shards: number[]) => ({
  Records: shards.map((shard, i) => ({
    dynamodb: { SequenceNumber: `${i}`, Keys: { id: { S: `visits#${shard}` } } },
  })),
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Bytes in use once garbage is collected. */
const heap = () => {
  collect();
  return process.memoryUsage().heapUsed;
};

/** A visit until its handshake is answered. */
const visit = (id: string): LocalCloudEvent[] => [
  { type: 'handshake', connectionId: id },
  invoke(UPDATER, `request-${id}`, {
    requestContext: { connectionId: id, routeKey: '$connect', requestId: `gateway-${id}` },
    queryStringParameters: { visit: `visit-${id}` },
  }),
  log(UPDATER, `request-${id}`, {
    timestamp: new Date(1_003).toISOString(),
    message: 'connected',
    visit: 'counted',
  }),
  done(UPDATER, `request-${id}`),
  { type: 'connect', connectionId: id, sourceIp: '127.0.0.1', statusCode: 101 },
];
const post = (connectionId: string, rev: number, statusCode = 200): LocalCloudEvent => ({
  type: 'post',
  connectionId,
  statusCode,
  data: Buffer.from(`{"count":1,"viewers":1,"rev":${rev}}`),
});

test('a visit leads from the handshake to the posts', () => {
  const { play, one, recorder } = recording();
  play(visit('a'));
  play([invoke(BROADCASTER, 'batch', records(3)), post('a', 7)]);
  play([done(BROADCASTER, 'batch', { result: 'null' })]);
  play([log(BROADCASTER, 'batch', { message: 'broadcast', rev: 7, posts: 1 })]);

  const handshake = one('handshake');
  const invocation = one('invocation');
  assert.equal(handshake.visit, 'visit-a');
  assert.equal(handshake.note, '101');
  assert.deepEqual([invocation.parent, invocation.trace], [handshake.id, handshake.id]);
  assert.deepEqual([one('transaction').parent, one('transaction').note], [invocation.id, 'counted']);
  assert.deepEqual([one('record').parent, one('record').leadsTo], [invocation.id, one('batch').id]);
  assert.equal(one('post').parent, one('batch').id);
  assert.match(one('batch').name, /broadcast 7$/);
  const { event, log: lines, result, maxMemoryUsed } = recorder.spans.get(invocation.id)!;
  assert.match(event!, /^\{"requestContext":\{"connectionId":"a"/);
  assert.deepEqual([lines.length, result, maxMemoryUsed], [1, '{"statusCode":200,"body":""}', 80]);
  assert.equal(recorder.spans.get(one('post').id)!.frame, '{"count":1,"viewers":1,"rev":7}');
});

test('of several visits in progress, a record goes to the first that committed, and says that it may be another’s', () => {
  const { play, spans } = recording();
  const refused = visit('refused').with(
    3,
    done(UPDATER, 'request-refused', { result: '{"statusCode":403,"body":""}' }),
  );
  const [handshake, invoked, ...committed] = visit('slow') as [LocalCloudEvent, LocalCloudEvent];
  play([...refused.toSpliced(2, 1), handshake, invoked, ...visit('fast')]);
  play([invoke(BROADCASTER, 'one', records(3))]);
  play([...committed, invoke(BROADCASTER, 'two', records(3, 4))]);

  const [one, two] = spans().filter(({ kind }) => kind === 'batch');
  assert.deepEqual(
    spans()
      .filter(({ kind }) => kind === 'record')
      .map(({ connectionId, leadsTo, candidates }) => [connectionId, leadsTo, candidates]),
    [
      ['fast', one!.id, 2],
      ['slow', two!.id, undefined],
    ],
  );
});

test('a replay belongs to no visit and renames none', () => {
  const { play, one, recorder } = recording();
  play(visit('a'));
  const event = {
    requestContext: { connectionId: 'a', routeKey: '$connect', requestId: 'gateway-a' },
    queryStringParameters: { visit: 'edited' },
  };
  recorder.expectReplay(event);
  play([invoke(UPDATER, 'replayed', event), done(UPDATER, 'replayed')]);
  const replay = one('invocation', 1);
  assert.equal(replay.name, 'Replay of updater: $connect');
  assert.deepEqual([replay.trace, replay.connectionId], [undefined, undefined]);
  assert.equal(one('handshake').visit, 'visit-a');
});

test('each file of the site is a request to CloudFront and to S3, and a handshake passes CloudFront', () => {
  const { play, recorder } = recording();
  play([{ type: 'request', durationMs: 2 }, ...visit('a')]);
  const { nodes } = recorder.figures.takeSecond();
  assert.deepEqual([nodes['s3']?.total, nodes['cloudfront']?.total, nodes['api-gateway']?.total], [1, 2, 1]);
});

test('posts belong to the broadcaster that logs their revision, whichever else is running', () => {
  const { play, spans } = recording();
  play([
    invoke(BROADCASTER, 'waits', records(1)),
    invoke(BROADCASTER, 'posts', records(2)),
    post('a', 8),
    post('b', 8, 410),
  ]);
  play([log(BROADCASTER, 'posts', { message: 'broadcast', rev: 8, posts: 2 })]);
  const posts = spans().filter(({ kind }) => kind === 'post');
  const broadcaster = spans().find(({ name }) => name.endsWith('broadcast 8'))!;
  assert.deepEqual(
    posts.map(({ parent, note }) => [parent, note]),
    [
      [broadcaster.id, '200'],
      [broadcaster.id, '410'],
    ],
  );
});

test('a failure is seen where it happened', () => {
  const { play, one, recorder } = recording();
  const functionError = { errorType: 'Runtime.ExitError', errorMessage: 'killed' };
  play([...visit('a').slice(0, 2), done(UPDATER, 'request-a', { functionError, result: undefined })]);
  play([{ type: 'connect', connectionId: 'a', sourceIp: '127.0.0.1', statusCode: 502 }]);
  assert.deepEqual([one('invocation').failed, one('handshake').failed], [true, true]);
  assert.equal(recorder.spans.get(one('invocation').id)!.error, functionError);
});

test('a message, its function and the disconnect belong to the connection', () => {
  const { play, one } = recording();
  const requestContext = { connectionId: 'a', routeKey: 'hello', requestId: 'gateway-2' };
  play(visit('a'));
  play([
    {
      type: 'message',
      connectionId: 'a',
      routeKey: 'hello',
      requestId: 'gateway-2',
      body: '{"action":"hello"}',
    },
  ]);
  play([invoke(UPDATER, 'request-2', { requestContext }), done(UPDATER, 'request-2')]);
  play([{ type: 'disconnect', connectionId: 'a', code: 1003, reason: 'binary' }]);
  assert.deepEqual([one('invocation', 1).parent, one('message').note], [one('message').id, '200']);
  assert.deepEqual([one('disconnect').trace, one('disconnect').note], [one('handshake').id, '1003 binary']);
});

test('the ring keeps the newest, by number and by size, and forgets what belonged to the rest', () => {
  const { play, spans, recorder } = recording({ maxEntries: 40, maxBytes: 60_000 });
  for (let i = 0; i < 100; i++)
    play([
      ...visit(`v${i}`),
      {
        type: 'message',
        connectionId: `v${i}`,
        routeKey: undefined,
        requestId: `m${i}`,
        body: 'x'.repeat(8_000),
      },
    ]);
  assert.ok(recorder.spans.bytes <= 60_000 && spans().length < 40 && spans().length > 5);
  assert.equal(recorder.spans.get(1), undefined);
  assert.ok(recorder.spans.takeSkipped() > 300);
  const changes = recorder.spans.takeChanges(3);
  assert.deepEqual(
    changes.map(({ id }) => id),
    spans()
      .slice(0, 3)
      .map(({ id }) => id),
  );
});

test('an hour of traffic takes no more memory than a minute', (t) => {
  const { play, recorder } = recording();
  // 400,000 events; every tenth visit sends 32 KB.
  const hour = (visits: number) => {
    for (let i = 0; i < visits; i++) {
      play(visit(`c${i}`));
      play([
        {
          type: 'message',
          connectionId: `c${i}`,
          routeKey: 'hello',
          requestId: `m${i}`,
          body: 'x'.repeat(i % 10 ? 20 : 32_000) + i,
        },
      ]);
      play([
        invoke(BROADCASTER, `b${i}`, records(1)),
        post(`c${i}`, i),
        log(BROADCASTER, `b${i}`, { message: 'broadcast', rev: i, posts: 1 }),
      ]);
      play([
        done(BROADCASTER, `b${i}`, { result: 'null' }),
        { type: 'disconnect', connectionId: `c${i}`, code: 1000, reason: '' },
      ]);
    }
  };
  hour(3_000);
  const before = heap();
  hour(33_000);
  assert.ok(recorder.spans.bytes > 1_000_000 && recorder.spans.bytes <= 16 * 1024 * 1024);
  const grown = (heap() - before) / 1024 / 1024;
  t.diagnostic(
    `400,000 events: ${grown.toFixed(1)} MB more heap, ${(recorder.spans.bytes / 1024 / 1024).toFixed(1)} MB kept`,
  );
  assert.ok(grown < 8);
});
