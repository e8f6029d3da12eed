/**
 * Settings of the deployed site that also matter where it is built, or runs on one machine. They are those of production, whatever is
 * deployed: a built site is the same everywhere. A configuration that is missing or has mistakes is the deploy's concern; until then the
 * defaults count.
 */
import { resolve } from 'node:path';
import type { SitePrivacy } from '../../site/builder/edition.ts';
import { loadConfiguration, type Configuration } from './index.ts';
import { SETTINGS } from './schema.ts';
import type { Settings } from './settings.ts';

export interface SiteSettings {
  instantNumber: boolean;
  countBadge: boolean;
  /** For the privacy page. */
  privacy: SitePrivacy;
}

export async function readSiteSettings(): Promise<SiteSettings> {
  const settings = (await production())?.settings;
  const of = (key: string) => settings?.[key] ?? SETTINGS[key]!.default;
  return {
    instantNumber: of('instantNumber') === true,
    countBadge: of('countBadge') === true,
    privacy: {
      logRetentionDays: Number(of('logRetentionDays')),
      accessLogs: of('siteAccessLogs') === true || of('gatewayAccessLogs') === true,
      limitsAddresses: of('connectionsPerAddress') !== 0,
    },
  };
}

/** @param resume path of the résumé that is built; nothing is returned if the configuration is for another one */
export async function readBuildSettings(resume: string): Promise<Pick<Settings, 'theme' | 'paper'>> {
  const configuration = await production();
  if (configuration?.resume !== resolve(resume)) return {};
  const { theme, paper } = configuration.settings;
  return { ...(theme !== undefined && { theme }), ...(paper !== undefined && { paper }) };
}

function production(): Promise<Configuration | undefined> {
  return loadConfiguration({ environment: 'production' }).catch(() => undefined);
}
