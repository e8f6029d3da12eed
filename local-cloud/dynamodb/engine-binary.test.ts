import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { engineBinary } from './engine-binary.ts';

const missing = () => {
  throw new Error('Cannot find module');
};

describe('engineBinary', () => {
  it('names the program of the platform’s package', () => {
    const resolve = (file: string) => `/modules/${file}`;

    assert.equal(engineBinary('darwin-arm64', resolve), '/modules/@dynoxide/darwin-arm64/dynoxide');
    assert.equal(engineBinary('win32-x64', resolve), '/modules/@dynoxide/win32-x64/dynoxide.exe');
  });

  it('says in one line what to install where it is missing', () => {
    assert.throws(() => engineBinary('darwin-arm64', missing), {
      code: 'EngineMissing',
      message: 'The database engine for darwin-arm64 is not installed.',
      remedy:
        /^Run npm install --no-save @dynoxide\/darwin-arm64@\d+\.\d+\.\d+, or set DYNAMODB_ENDPOINT .*$/,
    });
  });

  it('names the alternative where there is none to install', () => {
    assert.throws(() => engineBinary('freebsd-x64', missing), {
      code: 'EngineMissing',
      remedy: /^There is none for this platform; set DYNAMODB_ENDPOINT/,
    });
  });
});
