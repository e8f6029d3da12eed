/** Before a deploy: what it costs, how long it takes and how to undo it. After it: what to do next. */
import { flagOf, type Configuration } from '../configuration/index.ts';
import { visitCost } from '../../site/how/cost.ts';
import type { DeployState } from './deploy-state.ts';
import type { EnvironmentOutputs } from './environment.ts';
import type { Plan } from './plan.ts';

/** docs/cost.md: the broadcaster's clock runs once a minute, also without visitors. */
const IDLE_USD = 0.03;
const ZONE_USD = 0.5;

/** @returns a month's cost in dollars with this many visits, without free tiers */
export function monthlyUsd(visits: number): number {
  return IDLE_USD + visits * visitCost().total;
}

export function beforeDeploy(plan: Plan, configuration: Configuration, last: DeployState): string[] {
  const usd = (visits: number) => `$${monthlyUsd(visits).toFixed(2)}`;
  const zone = configuration.settings.hostedZoneId ? `, and $${ZONE_USD.toFixed(2)} for the hosted zone` : '';
  return [
    `Cost   about ${usd(0)} a month without visitors, ${usd(1_000)} with 1,000${zone} (docs/cost.md)`,
    `Time   ${duration(plan)}`,
    `Undo   ${undo(configuration, last)}`,
  ];
}

/** By the slowest resource. */
function duration({ changes }: Plan): string {
  const action = changes.find(({ type }) => type === 'aws_cloudfront_distribution')?.action;
  if (changes.some(({ type }) => type === 'aws_acm_certificate_validation'))
    return 'about 15 minutes, most of them for CloudFront and the certificate';
  if (action === 'create' || action === 'replace') return 'about 10 minutes, most of them for CloudFront';
  return action === 'update' ? 'about 5 minutes, most of them for CloudFront' : 'about a minute';
}

function undo(configuration: Configuration, { live }: DeployState): string {
  const flag = flagOf(configuration);
  const destroy = `npm run destroy${flag} tears everything down and offers to export the count`;
  return live === undefined ? destroy : `npm run rollback${flag} deploys the last good release; ${destroy}`;
}

export function afterDeploy(
  { domainInUse, dnsRecords }: EnvironmentOutputs,
  configuration: Configuration,
  plan: Plan,
): string[] {
  const { domain, alarmEmail } = configuration.settings;
  const flag = flagOf(configuration);
  const lines = [];
  if (!domainInUse && dnsRecords.length > 0) {
    lines.push(`\n${domain} is not in use yet. Create these records at its DNS provider:`);
    for (const { name, type, value, purpose } of dnsRecords)
      lines.push(`  ${type.padEnd(5)} ${name}  →  ${value}   (${purpose})`);
    lines.push(
      'A name at the top of its zone, such as example.com, cannot have a CNAME: create an ALIAS or ANAME there (docs/domain.md).',
      `Then run npm run deploy${flag} again.`,
    );
  }
  if (isCreated(plan, 'aws_sns_topic_subscription'))
    lines.push(`\nAWS has written to ${alarmEmail}. Follow the link in that e-mail to receive alarms.`);
  if (isCreated(plan, 'aws_cloudfront_distribution')) {
    const env = `--env ${configuration.environment}`;
    lines.push(
      '\nWhat you can do next:',
      `  npm run stats -- ${env}    visits by day`,
      `  npm run doctor -- ${env}   whether everything works`,
      ...(domain === undefined ? [`  your own domain: set ${configuration.whereIs('domain')}`] : []),
      ...(alarmEmail === undefined
        ? [`  alarms by e-mail and a budget: set ${configuration.whereIs('alarmEmail')}`]
        : []),
    );
  }
  return lines;
}

function isCreated({ changes }: Plan, wanted: string): boolean {
  return changes.some(({ type, action }) => type === wanted && action === 'create');
}
