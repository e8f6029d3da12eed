/** The largest paint of the page on Lighthouse's simulated phone, compared with a page that contains one line of text. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BuiltSite } from '../contract/site-manifest.ts';
import { createStaticHost } from '../local-cloud/cloudfront/index.ts';
import { lighthouse } from '../test/e2e/page-lighthouse.ts';
import { missingChromium } from '../test/support/chromium.ts';
import { buildSample } from './build.ts';
import type { Say } from './clock.ts';
import { pageOf } from './cold-visit/first-page.ts';
import { median, quantile } from './percentiles.ts';

const CONTROL =
  '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Control</title><h1>Control</h1>';

export interface Paint {
  runs: number;
  /** Median milliseconds until the largest paint. */
  pageMs: number;
  controlMs: number;
  /** Median of the runs' ratios. */
  ratio: number;
}

/** @returns `undefined` without Chromium */
export async function measurePaint(say: Say, quick: boolean): Promise<Paint | undefined> {
  const missing = missingChromium();
  if (missing) {
    say(`skipped: ${missing}`);
    return undefined;
  }
  const page = await serve(await buildSample());
  const control = await serve(pageOf(CONTROL));
  const times: { page: number; control: number }[] = [];
  const largestPaint = async (url: string) => (await lighthouse(url, ['performance'])).largestPaint;
  try {
    // Takes turns, so other work on the machine affects both.
    for (let run = 0; run < (quick ? 1 : 9); run++) {
      times.push({ page: await largestPaint(page.url), control: await largestPaint(control.url) });
    }
  } finally {
    page.close();
    control.close();
  }
  const ratios = times.map((pair) => pair.page / pair.control).toSorted((a, b) => a - b);
  const result = {
    runs: times.length,
    pageMs: median(times.map((pair) => pair.page)),
    controlMs: median(times.map((pair) => pair.control)),
    ratio: quantile(ratios, 0.5, 3),
  };
  say(
    `largest paint: page ${result.pageMs} ms, one line of text ${result.controlMs} ms, ratio ${result.ratio}`,
  );
  return result;
}

async function serve(site: BuiltSite): Promise<{ url: string; close: () => void }> {
  const server = createServer(createStaticHost({ site }).handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}
