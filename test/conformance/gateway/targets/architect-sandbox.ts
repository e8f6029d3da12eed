import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from '../../../support/tools.ts';
import { parseRoutes } from '../target.ts';
import type { Program } from './external.ts';

/** The last version for Node.js 20. */
const VERSION = '8.0.0';

export const fetchSandbox = () => tool('@architect/sandbox', VERSION);

export const architectSandbox: Program = {
  name: 'Architect Sandbox',
  version: VERSION,
  async prepare(folder, [http, events, arc, tables], handlerOf) {
    const sandbox = await fetchSandbox();
    const keys = parseRoutes().map(({ routeKey }) => routeKey);
    const custom = keys.filter((key) => !key.startsWith('$'));
    await writeFile(join(folder, 'app.arc'), `@app\nconformance\n\n@ws\n${custom.join('\n')}\n`);
    await writeFile(join(folder, 'prefs.arc'), '@sandbox\nno-hydrate true\nlivereload false\n');
    // It always has $default.
    for (const key of [...keys, '$default']) {
      const route = join(folder, 'src', 'ws', key.replace('$', ''));
      await mkdir(route, { recursive: true });
      await writeFile(join(route, 'index.mjs'), handlerOf(key, 'esm'));
    }
    return {
      command: process.execPath,
      args: [join(sandbox, 'src', 'cli', 'cli.js')],
      webSocketUrl: `ws://localhost:${http}`,
      managementEndpoint: `http://localhost:${arc}/_arc/ws`,
      env: {
        ARC_HTTP_PORT: String(http),
        ARC_EVENTS_PORT: String(events),
        ARC_INTERNAL_PORT: String(arc),
        ARC_TABLES_PORT: String(tables),
        CI: '1',
        NO_UPDATE_NOTIFIER: '1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    };
  },
};
