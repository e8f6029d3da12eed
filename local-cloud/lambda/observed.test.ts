/** What an observer sees of an invocation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalCloudEvent } from '../observer.ts';
import { createLambda } from './index.ts';
import { functionBundle } from './testing/function-bundle.ts';
import { HELD, holding, startLambda } from './testing/start-lambda.ts';

test('each line on stdout belongs to the event that wrote it, also in a queue and without a line break', async (t) => {
  const code = `export const handler = async ({ id }, { awsRequestId }) => {
    process.stdout.write(awsRequestId + ' first\\n' + awsRequestId + ' left open');
    return id;
  }`;
  const seen: LocalCloudEvent[] = [];
  const lambda = createLambda({
    functions: [functionBundle(t, code)],
    region: 'eu-central-1',
    environment: {},
    maxConcurrency: 1,
    observe: (event) => seen.push(event),
  });
  t.after(() => lambda.close());

  await Promise.all(Array.from({ length: 50 }, (_, id) => lambda.invoke('greeter', { id })));
  // Its lines come before those of the next event.
  await lambda.invoke('greeter', { id: 'last' });

  const logged = seen.filter((event) => event.type === 'log');
  assert.ok(logged.length >= 100);
  for (const { requestId, line } of logged) assert.equal(line.split(' ')[0], requestId);
  const invoked = seen.filter((event) => event.type === 'invoke');
  const finished = seen.filter((event) => event.type === 'invocation');
  assert.deepEqual(
    finished.map(({ requestId, result }) => [requestId, result]),
    invoked.map(({ requestId, payload }) => [requestId, JSON.stringify(JSON.parse(payload).id)]),
  );
  assert.ok(finished.every(({ maxMemoryUsed }) => maxMemoryUsed! > 10 && maxMemoryUsed! < 1_000));
});

test('kill ends what is running like a crash; the next event gets a new process', async (t) => {
  const code = `${HELD}
    export const handler = async ({ name }) => name === 'held' ? held(name) : name;`;
  const lambda = startLambda(t, functionBundle(t, code));
  const running = lambda.invoke('greeter', { name: 'held' });
  await holding(lambda, 'held');

  assert.equal(lambda.kill('greeter'), 1);

  assert.equal((await running).functionError?.errorType, 'Runtime.ExitError');
  assert.equal((await lambda.invoke('greeter', { name: 'Ada' })).payload, 'Ada');
  assert.equal(lambda.kill('greeter'), 0);
});
