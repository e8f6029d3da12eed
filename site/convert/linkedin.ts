/** LinkedIn's data archive (Settings, Data privacy, Get a copy of your data): a zip of CSV tables. */
import { strFromU8, unzipSync } from 'fflate';
import { UserError } from '../../shared/user-error.ts';

type Row = Record<string, string>;

/** Bytes of one table. A long career has 100,000. */
const MAX_TABLE_SIZE = 5_000_000;

/** Tables that become sections, by the name of their file. */
const SECTIONS: Record<string, string> = {
  Positions: 'work',
  Education: 'education',
  Skills: 'skills',
  Languages: 'languages',
  Certifications: 'certificates',
  Courses: 'courses',
  Projects: 'projects',
  Publications: 'publications',
  Patents: 'patents',
  Honors: 'awards',
  'Test Scores': 'testScores',
  Organizations: 'organizations',
  Volunteering: 'volunteer',
  Recommendations_Received: 'references',
};
/** Columns whose names the reader of résumés does not know. It reports those that are not here. */
const COLUMNS: Record<string, string> = {
  'School Name': 'institution',
  'Degree Name': 'studyType',
  'Started On': 'startDate',
  'Finished On': 'endDate',
  'Issued On': 'date',
  'Published On': 'releaseDate',
  'License Number': 'summary',
  'Patent/Application Number': 'type',
  Number: 'summary',
  Score: 'type',
  Cause: 'highlights',
};
const OTHERS = ['Profile', 'Email Addresses', 'PhoneNumbers'];

/** @returns a résumé for the normaliser */
export function fromLinkedIn(zip: Uint8Array): Record<string, unknown> {
  const tables = readTables(zip);
  const [profile] = tables.get('Profile') ?? [];
  if (!profile)
    throw new UserError("The archive has no Profile.csv: it is not LinkedIn's.", 'Download it again.');
  const emails = tables.get('Email Addresses') ?? [];
  // [PERSONAL:https://…,PORTFOLIO:https://…]
  const [website, ...websites] = [
    ...(profile['Websites'] ?? '').matchAll(/(\w+):(https?:\/\/[^\s\],]+)/g),
  ].map(([, kind = '', url]) => ({ network: kind.toLowerCase(), url }));
  const handles = profile['Twitter Handles']?.match(/[^[\],\s]+/g) ?? [];
  return {
    basics: {
      name: [profile['First Name'], profile['Last Name']].filter(Boolean).join(' '),
      label: profile['Headline'],
      summary: profile['Summary'],
      email: (emails.find((row) => row['Primary'] === 'Yes') ?? emails[0])?.['Email Address'],
      phone: tables.get('PhoneNumbers')?.[0]?.['Number'],
      url: website?.url,
      location: {
        address: profile['Address'],
        postalCode: profile['Zip Code'],
        city: profile['Geo Location'],
      },
      profiles: [...handles.map((username) => ({ network: 'Twitter', username })), ...websites],
    },
    ...Object.fromEntries(
      Object.entries(SECTIONS).map(([file, section]) => [
        section,
        (tables.get(file) ?? []).map((row) => entry(section, row)),
      ]),
    ),
  };
}

function readTables(zip: Uint8Array): Map<string, Row[]> {
  const wanted = new Set([...Object.keys(SECTIONS), ...OTHERS]);
  const table = (path: string) => /([^/]+)\.csv$/i.exec(path)?.[1] ?? '';
  try {
    // Each once: thousands of tables of zeros fit into a small archive, and not into memory.
    const files = unzipSync(zip, {
      filter: ({ name, originalSize }) => originalSize <= MAX_TABLE_SIZE && wanted.delete(table(name)),
    });
    return new Map(Object.entries(files).map(([path, bytes]) => [table(path), readCsv(strFromU8(bytes))]));
  } catch (error) {
    throw new UserError(`The archive is damaged (${(error as Error).message}).`, 'Download it again.');
  }
}

/** In JSON Resume, the description of a job is its employer's. */
function entry(section: string, { 'First Name': firstName, 'Last Name': lastName, ...row }: Row): Row {
  const name = [firstName, lastName].filter(Boolean).join(' ');
  const names = section === 'work' ? { ...COLUMNS, Description: 'summary' } : COLUMNS;
  const columns = Object.entries(row).map(([column, value]) => [names[column] ?? column, value]);
  return { ...(name && { name }), ...Object.fromEntries(columns) };
}

/** RFC 4180; the first row names the columns. LinkedIn writes notes above some tables, followed by an empty line. */
export function readCsv(text: string): Row[] {
  const start = /^Notes:[\s\S]*?\r?\n\r?\n/.exec(text)?.[0].length ?? 0;
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text
    .slice(start)
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  const [columns = [], ...records] = rows;
  return records
    .filter((record) => record.some((value) => value.trim()))
    .map((record) =>
      Object.fromEntries(columns.map((column, index) => [column.trim(), record[index]?.trim() ?? ''])),
    );
}
