/** Rules between settings. */
import type { Settings } from './settings.ts';

export interface BrokenRule {
  /** The setting that needs another one. */
  key: string;
  message: string;
  hint: string;
}

export function brokenRules(settings: Settings): BrokenRule[] {
  const { instantNumber = true, countBadge = false } = settings;
  const { domain, additionalDomains = [], hostedZoneId, alarmEmail, monthlyBudgetUsd } = settings;
  const rules: (BrokenRule & { isBroken: boolean })[] = [
    {
      isBroken: hostedZoneId !== undefined && domain === undefined,
      key: 'hostedZoneId',
      message: 'hostedZoneId needs domain',
      hint: 'Set domain to the name that the zone is for.',
    },
    {
      isBroken: additionalDomains.length > 0 && domain === undefined,
      key: 'additionalDomains',
      message: 'additionalDomains needs domain',
      hint: 'Set domain to the main one.',
    },
    {
      isBroken: countBadge && !instantNumber,
      key: 'countBadge',
      message: 'countBadge needs instantNumber: the badge is written together with count.json',
      hint: 'Set instantNumber to true, or countBadge to false.',
    },
    {
      isBroken: Boolean(monthlyBudgetUsd) && alarmEmail === undefined,
      key: 'monthlyBudgetUsd',
      message: 'monthlyBudgetUsd needs alarmEmail: the budget writes to it',
      hint: 'Set alarmEmail to your address, or set monthlyBudgetUsd to 0 to go without a budget.',
    },
  ];
  return rules.filter(({ isBroken }) => isBroken).map(({ key, message, hint }) => ({ key, message, hint }));
}
