import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { engineBinary } from './engine-binary.ts';

const missing = () => {
  throw new Error('Cannot find module');
};

describe('engineBinary', () => {
  it('finds the program in the platform’s package', () => {
    const resolve = (file: string) => `/modules/${file}`;

    assert.equal(engineBinary('darwin-arm64', resolve), '/modules/@dynoxide/darwin-arm64/dynoxide');
    assert.equal(engineBinary('win32-x64', resolve), '/modules/@dynoxide/win32-x64/dynoxide.exe');
  });

  it('says in one line what to install if it is missing', () => {
    assert.throws(() => engineBinary('darwin-arm64', missing), {
      name: 'UserError',
      message: 'The database engine for darwin-arm64 is not installed.',
      remedy:
        /^Run npm install --no-save @dynoxide\/darwin-arm64@\d+\.\d+\.\d+, or set DYNAMODB_ENDPOINT .*$/,
    });
  });

  it('names the alternative if it is not available for the platform', () => {
    assert.throws(() => engineBinary('freebsd-x64', missing), {
      name: 'UserError',
      remedy: /^It is not available for this platform; set DYNAMODB_ENDPOINT/,
    });
  });
});
