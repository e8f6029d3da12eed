/** Rules between settings: what one of them needs of another. */
import type { SettingName, Settings } from './settings.ts';

export interface BrokenRule {
  /** The setting that asks for another. */
  key: SettingName;
  message: string;
  hint: string;
}

export function brokenRules(settings: Settings): BrokenRule[] {
  const { domain, additionalDomains = [], hostedZoneId, counterDomain } = settings;
  const broken: BrokenRule[] = [];
  const check = (holds: boolean, key: SettingName, message: string, hint: string) => {
    if (!holds) broken.push({ key, message, hint });
  };
  check(
    hostedZoneId === undefined || domain !== undefined,
    'hostedZoneId',
    'hostedZoneId is given, but no domain',
    'Set domain to the name that the zone is for.',
  );
  check(
    additionalDomains.length === 0 || domain !== undefined,
    'additionalDomains',
    'additionalDomains are given, but no domain',
    'Set domain to the main one.',
  );
  check(
    counterDomain === undefined || hostedZoneId !== undefined,
    'counterDomain',
    'counterDomain is given, but no hostedZoneId: its certificate is validated in that zone',
    'Set hostedZoneId, or leave counterDomain out: the counter then has API Gateway’s own name.',
  );
  check(
    counterDomain === undefined || ![domain, ...additionalDomains].includes(counterDomain),
    'counterDomain',
    'counterDomain is one of the site’s domains, where CloudFront answers',
    'Take another name, such as counter.example.com.',
  );
  check(
    !settings.monthlyBudgetUsd || settings.alarmEmail !== undefined,
    'monthlyBudgetUsd',
    'monthlyBudgetUsd is given, but no alarmEmail: the budget has nobody to write to',
    'Set alarmEmail to your address, or set monthlyBudgetUsd to 0 to go without a budget.',
  );
  return broken;
}
