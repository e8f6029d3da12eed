/** Lambda. moto forgets a function's logging configuration. */
import { json, type Patch } from './patch.ts';

const FUNCTIONS = /^\/2015-03-31\/functions(?:\/([^/]+))?(?:\/configuration)?$/;

export function lambda(): Patch {
  const loggingConfigs = new Map<string, unknown>();
  return async ({ method, path, body }, forward) => {
    const match = path.match(FUNCTIONS);
    if (!match) return undefined;
    const sent = method === 'GET' || body === '' ? {} : JSON.parse(body);
    const name = String(sent.FunctionName ?? decodeURIComponent(match[1] ?? '')).split(':').at(-1)!;
    if (sent.LoggingConfig) loggingConfigs.set(name, sent.LoggingConfig);
    const answer = await forward();
    if (answer.status >= 300 || answer.body === '' || !loggingConfigs.has(name)) return answer;
    const document = JSON.parse(answer.body);
    (document.Configuration ?? document).LoggingConfig = loggingConfigs.get(name);
    return { ...json(document, answer.status) };
  };
}
