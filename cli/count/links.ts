/** Counted links: creates and removes them, also while they are counting. */
import { LINK_PREFIX, VISITOR_COUNT_KEY, type LinkItem } from '../../contract/tables.ts';
import { LINK_ID_PATTERN, LINK_QUERY_PARAMETER } from '../../contract/visit.ts';
import { UserError } from '../../shared/user-error.ts';
import type { SdkDatabase } from '../../functions/shared/sdk-database.ts';
import type { LinkStatistics } from './statistics.ts';

/** A link as its item has it, with the id that is in its URL. */
export type Link = LinkStatistics & Pick<LinkItem, 'notifiedAt'>;

const MAX_LABEL_LENGTH = 200;
const MAX_SLUG_LENGTH = 40;
/** Base32 of RFC 4648, in lower case: five bits per character. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const RANDOM_CHARACTERS = 8;

/**
 * A readable part and 40 random bits: `acme-platform-team-7f3kq2ma`. Neither can be guessed from the other.
 * @param random as many random bytes as are asked for
 * @throws {UserError} for a label that is empty, longer than 200 characters or not one line of text
 */
export function newLink(
  label: string,
  {
    edition,
    nowMs,
    random,
  }: { edition?: string | undefined; nowMs: number; random: (size: number) => Uint8Array },
): Link {
  const text = label.trim();
  // Control and formatting characters would confuse terminals and e-mail programs.
  if (text === '' || text.length > MAX_LABEL_LENGTH || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
    throw new UserError(
      `${JSON.stringify(label)} cannot be a link's label.`,
      `Use one line of up to ${MAX_LABEL_LENGTH} characters: npm run link -- "Acme, platform team"`,
    );
  const slug = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, MAX_SLUG_LENGTH)
    .replace(/-$/, '');
  // A byte has 256 values, a multiple of 32: each character is equally likely.
  const characters = Array.from(random(RANDOM_CHARACTERS), (byte) => BASE32[byte % 32]).join('');
  const id = `${slug || 'link'}-${characters}`;
  return { id, label: text, ...(edition && { edition }), createdAt: nowMs, visits: 0 };
}

/** Writes a new link. @throws {ConditionalCheckFailedException} if it exists */
export async function putLink({ dynamodb, visitorCountTable }: SdkDatabase, link: Link): Promise<void> {
  const { id, label, edition, ...numbers } = link;
  await dynamodb.send('PutItem', {
    TableName: visitorCountTable,
    Item: {
      [VISITOR_COUNT_KEY]: { S: LINK_PREFIX + id },
      label: { S: label },
      ...(edition && { edition: { S: edition } }),
      ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }])),
    },
    ConditionExpression: `attribute_not_exists(${VISITOR_COUNT_KEY})`,
  });
}

/** Removes a link. Its visits stay in the count. @returns whether it existed */
export async function removeLink({ dynamodb, visitorCountTable }: SdkDatabase, id: string): Promise<boolean> {
  const { Attributes } = await dynamodb.send('DeleteItem', {
    TableName: visitorCountTable,
    Key: { [VISITOR_COUNT_KEY]: { S: LINK_PREFIX + id } },
    ReturnValues: 'ALL_OLD',
  });
  return Attributes !== undefined;
}

/** @param siteUrl `https://resume.example.com/` */
export function linkUrl(siteUrl: string, { id, edition = '' }: Pick<Link, 'id' | 'edition'>): string {
  const url = new URL(edition, siteUrl);
  url.searchParams.set(LINK_QUERY_PARAMETER, id);
  return url.href;
}

/** The id in a link's URL, or the id itself. @throws {UserError} if it is neither */
export function linkIdOf(text: string): string {
  const id = (URL.canParse(text) && new URL(text).searchParams.get(LINK_QUERY_PARAMETER)) || text;
  if (LINK_ID_PATTERN.test(id)) return id;
  throw new UserError(
    `${JSON.stringify(text)} is neither a counted link nor the id of one.`,
    'Copy it from the list: npm run link -- --list',
  );
}
