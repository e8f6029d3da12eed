import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from '../support/chromium.ts';
import { tool } from '../support/tools.ts';

const VERSION = '12.8.2';

export interface LighthouseReport {
  /** Scores from 0 to 1 by category: `performance`, `accessibility`, `best-practices`, `seo`. */
  scores: Record<string, number>;
  /** Failed audits. */
  failed: string[];
  /** Milliseconds, simulated. */
  largestPaint: number;
  layoutShift: number;
}

interface Result {
  categories: Record<string, { id: string; score: number | null }>;
  audits: Record<
    string,
    { id: string; score: number | null; scoreDisplayMode: string; numericValue?: number }
  >;
}

/**
 * Runs Lighthouse with its simulated phone in a new browser. The first call downloads Lighthouse.
 * @param onlyCategories all by default
 */
export async function lighthouse(url: string, onlyCategories?: string[]): Promise<LighthouseReport> {
  const folder = await tool('lighthouse', VERSION);
  const { default: run } = (await import(pathToFileURL(join(folder, 'core/index.js')).href)) as {
    default(url: string, flags: unknown): Promise<{ lhr: Result }>;
  };
  const port = 9300 + (process.pid % 500);
  const browser = await launchChromium([`--remote-debugging-port=${port}`]);
  const { lhr } = await run(url, {
    port,
    logLevel: 'error',
    ...(onlyCategories && { onlyCategories }),
  }).finally(() => browser.close());
  const value = (audit: string) => lhr.audits[audit]?.numericValue ?? NaN;
  return {
    scores: Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, score ?? 0])),
    failed: Object.values(lhr.audits)
      .filter(({ scoreDisplayMode, score }) => scoreDisplayMode === 'binary' && score === 0)
      .map(({ id }) => id),
    largestPaint: value('largest-contentful-paint'),
    layoutShift: value('cumulative-layout-shift'),
  };
}
