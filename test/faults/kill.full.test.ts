import { after, before, test } from 'node:test';
import { startEngine, type Engine } from './env/engine.ts';
import { killBroadcaster, killServer } from './env/kills.ts';

let engine: Engine;
before(async () => {
  engine = await startEngine();
});
after(() => engine.close());

test('30 kills of the broadcaster leave no page behind', (t) => killBroadcaster(t, engine, 30));
test('20 kills of the server lose nothing and double nothing', (t) => killServer(t, 20));
