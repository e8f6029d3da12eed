import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadConfiguration } from '../configuration/index.ts';
import { snakeCase } from '../configuration/settings.ts';
import { OUTPUTS, outputsOf } from './environment.ts';
import type { State } from './state.ts';

const configuration = await loadConfiguration({ file: 'test/fixtures/cloud-resume.json', variables: {} });
const stateOf = (outputs: Record<string, unknown>): State => ({
  version: 4,
  resources: [],
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [snakeCase(name), { value }])),
});

test('every output that the commands read is in infra/', () => {
  const declared = [...readFileSync('infra/outputs.tf', 'utf8').matchAll(/^output "(\w+)"/gm)].map(
    ([, name]) => name,
  );
  for (const name of Object.keys(OUTPUTS)) assert.ok(declared.includes(snakeCase(name)), name);
});

test('reads the outputs; only the certificate may be missing', () => {
  const { certificateArn, url, ...others } = { ...OUTPUTS, url: 'https://example.com' };
  assert.deepEqual(outputsOf(stateOf({ url, ...others }), configuration), { ...others, url, certificateArn });

  assert.throws(() => outputsOf(stateOf(others), configuration), {
    message: 'cloud-resume-production is not completely deployed: its state lacks url.',
    remedy: /npm run deploy: it continues/,
  });
});
