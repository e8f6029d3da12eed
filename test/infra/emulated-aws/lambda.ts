/**
 * Lambda. moto has no logging configuration, no package download and no quotas.
 * Fact: Code.Location is a URL that works for ten minutes without a signature.
 */
import { json, type EmulatedResponse, type Patch } from './patch.ts';

const FUNCTIONS = /^\/2015-03-31\/functions(?:\/([^/]+))?(?:\/(?:configuration|code))?$/;
const PACKAGE = /^\/emulated-packages\/([^/]+)\.zip$/;
const ACCOUNT_SETTINGS = '/2016-08-19/account-settings';
/** The quotas of a new account. */
const SETTINGS = {
  AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 },
  AccountUsage: {},
};

export function lambda(): Patch {
  const loggingConfigs = new Map<string, unknown>();
  const packages = new Map<string, string>();
  return async ({ method, path, headers, body }, forward) => {
    if (path === ACCOUNT_SETTINGS) return json(SETTINGS);
    const packaged = path.match(PACKAGE)?.[1];
    if (packaged) return packageOf(packages.get(packaged));
    const match = path.match(FUNCTIONS);
    if (!match) return undefined;
    const sent = method === 'GET' || body === '' ? {} : JSON.parse(body);
    const name = String(sent.FunctionName ?? decodeURIComponent(match[1] ?? ''))
      .split(':')
      .at(-1)!;
    if (sent.LoggingConfig) loggingConfigs.set(name, sent.LoggingConfig);
    const zip = sent.ZipFile ?? sent.Code?.ZipFile;
    if (zip) packages.set(name, zip);
    const answer = await forward();
    if (answer.status >= 300 || answer.body === '' || !loggingConfigs.has(name)) return answer;
    const document = JSON.parse(answer.body);
    (document.Configuration ?? document).LoggingConfig = loggingConfigs.get(name);
    if (document.Code) document.Code.Location = `http://${headers.host}/emulated-packages/${name}.zip`;
    return json(document, answer.status);
  };
}

function packageOf(zip: string | undefined): EmulatedResponse {
  if (zip === undefined) return json({ message: 'There is no such package.' }, 404);
  return { status: 200, headers: { 'content-type': 'application/zip' }, body: Buffer.from(zip, 'base64') };
}
