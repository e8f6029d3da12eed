/** A reporter for node’s test runner: the twenty slowest tests. */
import { relative } from 'node:path';

const COUNT = 20;

/** @param {AsyncIterable<import('node:test/reporters').TestEvent>} events */
export default async function* slowest(events) {
  const tests = [];
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite' || !data.file)
      continue;
    tests.push({ seconds: data.details.duration_ms / 1000, name: data.name, file: relative('', data.file) });
  }
  tests.sort((a, b) => b.seconds - a.seconds);
  yield `\nThe slowest of ${tests.length} tests:\n`;
  for (const { seconds, name, file } of tests.slice(0, COUNT))
    yield `${seconds.toFixed(1).padStart(7)} s  ${file}: ${name}\n`;
}
