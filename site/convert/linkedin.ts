/** LinkedIn's data archive (Settings, Data privacy, Get a copy of your data): a zip of CSV tables. */
import { strFromU8, unzipSync } from 'fflate';
import { UserError } from '../../shared/user-error.ts';

type Row = Record<string, string>;

/** Bytes of one table. A long career has 100,000. */
const MAX_TABLE_SIZE = 5_000_000;

/** Tables that become sections: their file, and the field of each column. */
const SECTIONS: [file: string, section: string, columns: Row][] = [
  [
    'Positions',
    'work',
    {
      'Company Name': 'name',
      Title: 'position',
      Description: 'summary',
      Location: 'location',
      'Started On': 'startDate',
      'Finished On': 'endDate',
    },
  ],
  [
    'Education',
    'education',
    {
      'School Name': 'institution',
      'Degree Name': 'studyType',
      Notes: 'summary',
      Activities: 'highlights',
      'Start Date': 'startDate',
      'End Date': 'endDate',
    },
  ],
  ['Skills', 'skills', { Name: 'name' }],
  ['Languages', 'languages', { Name: 'language', Proficiency: 'fluency' }],
  [
    'Certifications',
    'certificates',
    {
      Name: 'name',
      Url: 'url',
      Authority: 'issuer',
      'Started On': 'startDate',
      'Finished On': 'endDate',
      'License Number': 'summary',
    },
  ],
  [
    'Projects',
    'projects',
    {
      Title: 'name',
      Description: 'description',
      Url: 'url',
      'Started On': 'startDate',
      'Finished On': 'endDate',
    },
  ],
  [
    'Publications',
    'publications',
    {
      Name: 'name',
      'Published On': 'releaseDate',
      Description: 'summary',
      Publisher: 'publisher',
      Url: 'url',
    },
  ],
  ['Honors', 'awards', { Title: 'title', Description: 'summary', 'Issued On': 'date' }],
  [
    'Volunteering',
    'volunteer',
    {
      'Company Name': 'organization',
      Role: 'position',
      Cause: 'highlights',
      Description: 'summary',
      'Started On': 'startDate',
      'Finished On': 'endDate',
    },
  ],
  [
    'Recommendations_Received',
    'references',
    {
      'First Name': 'firstName',
      'Last Name': 'lastName',
      Company: 'company',
      'Job Title': 'position',
      Text: 'reference',
    },
  ],
];
const OTHERS = ['Profile', 'Email Addresses', 'PhoneNumbers'];

/** @returns a résumé for the normaliser */
export function fromLinkedIn(zip: Uint8Array): Record<string, unknown> {
  const tables = readTables(zip);
  const [profile] = tables.get('Profile') ?? [];
  if (!profile)
    throw new UserError("The archive has no Profile.csv: it is not LinkedIn's.", 'Download it again.');
  const emails = tables.get('Email Addresses') ?? [];
  const website = /https?:\/\/[^\s\],]+/.exec(profile['Websites'] ?? '')?.[0];
  const twitter = profile['Twitter Handles']?.replace(/[[\]]/g, '').split(',')[0]?.trim();
  return {
    basics: {
      name: [profile['First Name'], profile['Last Name']].filter(Boolean).join(' '),
      label: profile['Headline'],
      summary: profile['Summary'],
      email: (emails.find((row) => row['Primary'] === 'Yes') ?? emails[0])?.['Email Address'],
      phone: tables.get('PhoneNumbers')?.[0]?.['Number'],
      url: website,
      location: {
        address: profile['Address'],
        postalCode: profile['Zip Code'],
        city: profile['Geo Location'],
      },
      ...(twitter && { twitter }),
    },
    ...Object.fromEntries(
      SECTIONS.map(([file, section, columns]) => [
        section,
        (tables.get(file) ?? []).map((row) => joinNames(rename(row, columns))),
      ]),
    ),
  };
}

function readTables(zip: Uint8Array): Map<string, Row[]> {
  const wanted = new Set([...SECTIONS.map(([file]) => file), ...OTHERS]);
  const table = (path: string) => /([^/]+)\.csv$/i.exec(path)?.[1] ?? '';
  try {
    const files = unzipSync(zip, {
      filter: ({ name, originalSize }) => wanted.has(table(name)) && originalSize <= MAX_TABLE_SIZE,
    });
    return new Map(Object.entries(files).map(([path, bytes]) => [table(path), readCsv(strFromU8(bytes))]));
  } catch (error) {
    throw new UserError(`The archive is damaged (${(error as Error).message}).`, 'Download it again.');
  }
}

/** Columns without a name in JSON Resume keep theirs: the normaliser reports them. */
function rename(row: Row, columns: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [columns[column] ?? column, value]));
}

function joinNames({ firstName, lastName, ...row }: Row): Row {
  return firstName === undefined ? row : { ...row, name: [firstName, lastName].filter(Boolean).join(' ') };
}

/** RFC 4180; the first row names the columns. LinkedIn writes notes above some tables, followed by an empty line. */
export function readCsv(text: string): Row[] {
  const start = /^Notes:[\s\S]*?\r?\n\r?\n/.exec(text)?.[0].length ?? 0;
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text
    .slice(start)
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
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
