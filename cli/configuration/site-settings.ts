/** Settings of the deployed site that also matter where it is built, or runs on one machine. */
import { loadConfiguration } from './index.ts';
import { SETTINGS } from './schema.ts';

export interface SiteSettings {
  instantNumber: boolean;
  countBadge: boolean;
  logRetentionDays: number;
  /** Whether CloudFront's or API Gateway's access log is on: they contain addresses. */
  accessLogs: boolean;
}

/**
 * Those of production, whatever is deployed: a built site is the same everywhere. A configuration that is missing or has mistakes is the
 * deploy's concern; until then the defaults count.
 */
export async function readSiteSettings(): Promise<SiteSettings> {
  const settings = await loadConfiguration({ environment: 'production' }).then(
    (configuration) => configuration.settings,
    () => undefined,
  );
  const of = (key: string) => settings?.[key] ?? SETTINGS[key]!.default;
  return {
    instantNumber: of('instantNumber') === true,
    countBadge: of('countBadge') === true,
    logRetentionDays: Number(of('logRetentionDays')),
    accessLogs: of('siteAccessLogs') === true || of('gatewayAccessLogs') === true,
  };
}
