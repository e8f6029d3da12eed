import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { ask, confirm, during } from './ask.ts';

const { CI } = process.env;
before(() => delete process.env['CI']);
after(() => {
  if (CI !== undefined) process.env['CI'] = CI;
});

/** A terminal at which these keys are pressed. */
function terminal(keys: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  setImmediate(() => input.write(keys));
  return { input, output };
}

test('returns what is typed, without surrounding spaces', async () => {
  assert.equal(await ask('Name?', terminal('  production \r')), 'production');
});

test('y is yes, n is no, and Enter is what the question proposes', async () => {
  assert.equal(await confirm('Continue?', false, terminal('y')), true);
  assert.equal(await confirm('Continue?', true, terminal('n')), false);
  assert.equal(await confirm('Continue?', true, terminal('\r')), true);
  assert.equal(await confirm('Continue?', false, terminal('\r')), false);
});

test('Ctrl-C stops', () => assert.rejects(ask('Name?', terminal('\x03')), { message: 'Stopped.' }));

test('without a terminal, and in CI, says how to go without questions', async () => {
  const pipe = { input: new PassThrough(), output: new PassThrough() };
  await assert.rejects(ask('Name?', pipe), { name: 'UserError', remedy: /--yes/ });
  process.env['CI'] = 'true';
  await assert.rejects(confirm('Continue?', true, terminal('y')), { name: 'UserError', remedy: /--yes/ });
  delete process.env['CI'];
});

test('shows what is being done, in a pipe too', async () => {
  const output = new PassThrough();
  assert.equal(await during('Building', async () => 7, output), 7);
  assert.equal(String(output.read()), '  Building …\n');
  await assert.rejects(
    during('Building', () => Promise.reject(new Error('no')), output),
    /no/,
  );
});
