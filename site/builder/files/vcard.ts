import type { Resume } from '../../resume/types.ts';
import { plain } from '../../theme/markdown.ts';
import { networkName } from '../../theme/profiles.ts';
import { personName } from './person-name.ts';

/** The contact card: vCard 3.0 (RFC 2426), the version that every phone and mail program reads. */
export function vcard({ basics = {}, work = [] }: Resume): string {
  const { name = '', label, email, phone, url, summary, location, profiles = [] } = basics;
  const { address, city, region, postalCode, countryCode } = location ?? {};
  const { family, given, prefix, suffix } = personName(name);
  const employer = work.find((job) => job.name && !job.endDate)?.name;
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    property('N', [family, given, '', prefix, suffix]),
    property('FN', name),
    employer && property('ORG', [employer]),
    label && property('TITLE', label),
    email && property('EMAIL;TYPE=INTERNET', email),
    phone && property('TEL', phone),
    url && property('URL', url),
    location && property('ADR', ['', '', address, city, region, postalCode, countryCode]),
    ...profiles.map((profile) => {
      const network = networkName(profile);
      const type = network ? `;TYPE=${parameter(network)}` : '';
      return profile.url && property(`X-SOCIALPROFILE${type}`, profile.url);
    }),
    summary && property('NOTE', plain(summary)),
    'END:VCARD',
  ];
  return lines
    .filter((line) => line)
    .map((line) => `${fold(line!)}\r\n`)
    .join('');
}

function property(name: string, value: string | (string | undefined)[]): string {
  const parts = typeof value === 'string' ? [value] : value;
  return `${name}:${parts.map((part) => escape(part ?? '')).join(';')}`;
}

function escape(text: string): string {
  return text.replace(/[\\,;]/g, '\\$&').replace(/\r\n?|\n/g, '\\n');
}

function parameter(text: string): string {
  return text.replace(/[^\p{L}\p{N}-]/gu, '') || 'other';
}

/** Folds at 75 bytes; continuation lines start with a space. */
function fold(line: string): string {
  let folded = '';
  let length = 0;
  for (const character of line) {
    const bytes = Buffer.byteLength(character);
    if (length + bytes > 75) {
      folded += '\r\n ';
      length = 1;
    }
    folded += character;
    length += bytes;
  }
  return folded;
}
