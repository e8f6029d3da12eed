/** Requests the site as a visitor would. A broken bucket policy or certificate makes the page fail while the counter keeps working. */
import type { Log } from '../shared/log.ts';

const TIMEOUT_MS = 5_000;

/** Every fifth minute: each of the alarm's periods gets one value. */
export const isProbeMinute = (nowMs: number): boolean => Math.floor(nowMs / 60_000) % 5 === 0;

/** Logs `SiteUnreachable`: 0 if the site answers with 200 and a complete page, otherwise 1. Never rejects. */
export async function probeSite(url: string, log: Log, timeoutMs = TIMEOUT_MS): Promise<void> {
  const fields = { url, ...(await answerOf(url, timeoutMs)) };
  if (fields.status === 200) log('info', 'site probed', fields, { SiteUnreachable: 0 });
  else log('error', 'site is unreachable', fields, { SiteUnreachable: 1 });
}

async function answerOf(url: string, timeoutMs: number): Promise<{ status?: number; reason?: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return { status: response.status };
  } catch (error) {
    // "fetch failed" says nothing; its cause does.
    return { reason: String((error as Error).cause ?? error) };
  }
}
