/** A running site and Chromium for the tests of one file or suite. */
import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { startServer, type RunningServer, type ServerOptions } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface StartedSite {
  /** Replace it to restart the site. */
  server: RunningServer;
  browser: Browser;
  /** The data folder. */
  data: string;
}

/** Starts both before the first test and stops them after the last one. `args` gets the data folder. */
export function startedSite(
  args: (data: string) => string[] | Promise<string[]> = () => [],
  options: ServerOptions = {},
): StartedSite {
  const site = { data: temporaryFolder('cloud-resume-data-') } as StartedSite;
  before(async () => {
    if (missingChromium()) return;
    const start = async () => startServer(site.data, await args(site.data), options);
    [site.server, site.browser] = await Promise.all([start(), launchChromium()]);
  });
  after(async () => {
    await site.browser?.close();
    await site.server?.kill();
  });
  return site;
}
