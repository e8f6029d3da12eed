import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { UserError } from '../../shared/user-error.ts';
import { ask, confirm } from './ask.ts';

function terminal(typed: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.end(typed);
  return { input, output: new PassThrough() };
}

test('the answer comes without the spaces around it', async () => {
  assert.equal(await ask('Name? ', terminal('  production \n')), 'production');
});

test('only a yes is a yes; Enter alone is what the question says', async () => {
  assert.equal(await confirm('Go on?', false, terminal('y\n')), true);
  assert.equal(await confirm('Go on?', false, terminal('YES\n')), true);
  assert.equal(await confirm('Go on?', false, terminal('yesterday\n')), false);
  assert.equal(await confirm('Go on?', false, terminal('\n')), false);
  assert.equal(await confirm('Go on?', true, terminal('\n')), true);
  assert.equal(await confirm('Go on?', true, terminal('n\n')), false);
});

test('an end of the input is a no, and nobody there is told of --yes', async () => {
  await assert.rejects(ask('Name? ', terminal('')), { message: 'Stopped.' });
  const pipe = { input: new PassThrough(), output: new PassThrough() };
  await assert.rejects(ask('Name? ', pipe), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.remedy, /--yes/);
    return true;
  });
});
