import { test } from 'node:test';
import { startEngine } from './env/engine.ts';
import { tryInventedLinks } from './env/invented-links.ts';

test('10,000 invented links create no items and cost one read unit each', async (t) => {
  const engine = await startEngine();
  t.after(() => engine.close());
  await tryInventedLinks(t, engine, 10_000);
});
