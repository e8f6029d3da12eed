/** Checks that the domain's zone exists, contains the domain, and is delegated to. Otherwise its certificate is never issued. */
import { resolveNs } from 'node:dns/promises';
import { GetHostedZoneCommand, ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { inAws } from './errors.ts';
import type { Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';

/** Looks up a zone's name servers in public DNS; rejects with the codes of `node:dns`. */
export type ResolveNameServers = (zone: string) => Promise<string[]>;

interface Zone {
  id: string;
  /** Without a dot at the end. */
  name: string;
  isPrivate: boolean;
  nameServers: string[];
}

/**
 * @returns a line for people, or `undefined` without a domain
 * @throws {UserError} where the certificate could never be validated
 */
export async function checkDomain(
  configuration: Configuration,
  resolve: ResolveNameServers = resolveNs,
): Promise<string | undefined> {
  const { domain, hostedZoneId, additionalDomains = [] } = configuration.settings;
  if (domain === undefined) return undefined;
  const client = new Route53Client({ region: configuration.region });
  if (hostedZoneId === undefined) return suggestZone(client, domain, configuration, resolve);
  const zone = await readZone(client, hostedZoneId, configuration);
  for (const name of [domain, ...additionalDomains]) {
    if (isWithin(name, zone.name)) continue;
    throw new UserError(
      `${name} is not in the hosted zone ${hostedZoneId}, which is for ${zone.name}.`,
      `Change ${configuration.whereIs('hostedZoneId')}, or choose a name that ends with ${zone.name}. \`aws route53 list-hosted-zones\` shows all zones.`,
    );
  }
  if (zone.isPrivate) {
    throw new UserError(
      `The hosted zone ${hostedZoneId} (${zone.name}) is private: it is visible only in your network.`,
      `Create a public one and set ${configuration.whereIs('hostedZoneId')}.`,
    );
  }
  await checkDelegation(zone, resolve);
  return `${domain} is in the hosted zone ${zone.name} (${zone.id})`;
}

async function readZone(client: Route53Client, id: string, configuration: Configuration): Promise<Zone> {
  return inAws(`read the hosted zone ${id}`, configuration.region, async () => {
    try {
      const { HostedZone, DelegationSet } = await client.send(new GetHostedZoneCommand({ Id: id }));
      return {
        id,
        name: withoutDot(HostedZone!.Name!),
        isPrivate: HostedZone!.Config?.PrivateZone ?? false,
        nameServers: DelegationSet?.NameServers ?? [],
      };
    } catch (error) {
      if ((error as Error).name !== 'NoSuchHostedZone') throw error;
      const fitting = await zonesOf(client, configuration.settings.domain!);
      throw new UserError(
        `There is no hosted zone ${id} in this account.`,
        fitting[0]
          ? `${fitting[0].name} has the zone ${fitting[0].id}: set ${configuration.whereIs('hostedZoneId')} to it.`
          : `Change ${configuration.whereIs('hostedZoneId')}, or leave it out if the domain's DNS is elsewhere: deploy then lists the records to create there.`,
        { cause: error },
      );
    }
  });
}

/** With a zone in the account that the configuration does not name, the owner would create records by hand needlessly. */
async function suggestZone(
  client: Route53Client,
  domain: string,
  configuration: Configuration,
  resolve: ResolveNameServers,
): Promise<string> {
  const [zone] = await inAws('list the hosted zones', configuration.region, () => zonesOf(client, domain));
  if (zone === undefined && (await isApex(domain, resolve))) {
    return `${domain}: its DNS is elsewhere; the end of this deploy lists the records to create there. It is the top of its zone, where DNS allows no CNAME: create an ALIAS or ANAME record instead, or set ${configuration.whereIs('domain')} to www.${domain} if your provider offers neither (docs/domain.md)`;
  }
  return zone
    ? `${domain}: the zone ${zone.name} is in this account; set ${configuration.whereIs('hostedZoneId')} to ${zone.id} to have its records created for you`
    : `${domain}: its DNS is elsewhere; the end of this deploy lists the records to create there`;
}

/** Only the top of a zone has name servers of its own. False where public DNS cannot be reached. */
async function isApex(domain: string, resolve: ResolveNameServers): Promise<boolean> {
  return resolve(domain).then(
    (servers) => servers.length > 0,
    () => false,
  );
}

/** Public zones that could contain the domain, the most specific first; of the first hundred in the account. */
async function zonesOf(client: Route53Client, domain: string): Promise<{ id: string; name: string }[]> {
  const { HostedZones = [] } = await client.send(new ListHostedZonesCommand({}));
  return HostedZones.filter((zone) => !zone.Config?.PrivateZone)
    .map((zone) => ({ id: zone.Id!.replace('/hostedzone/', ''), name: withoutDot(zone.Name!) }))
    .filter(({ name }) => isWithin(domain, name))
    .sort((a, b) => b.name.length - a.name.length);
}

/** @throws {UserError} where public DNS names other servers; passes where public DNS cannot be reached */
async function checkDelegation(zone: Zone, resolve: ResolveNameServers): Promise<void> {
  let seen: string[];
  try {
    seen = (await resolve(zone.name)).map(withoutDot).sort();
  } catch (error) {
    if (!['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    seen = [];
  }
  const expected = zone.nameServers.map(withoutDot).sort();
  if (expected.length === 0 || seen.some((server) => expected.includes(server))) return;
  throw new UserError(
    seen.length > 0
      ? `Public DNS sends queries for ${zone.name} to ${seen.join(', ')}, not to its hosted zone ${zone.id}: its certificate would never be issued.`
      : `Public DNS does not know ${zone.name} yet: its certificate would never be issued.`,
    `At the domain's registrar, set the name servers to ${expected.join(', ')}; then run this again (the change can take hours). To deploy before, leave out domain.`,
  );
}

function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}
