import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { convert } from './index.ts';
import { fromLinkedIn, readCsv } from './linkedin.ts';

const folder = await temporaryFolder();

test("converts LinkedIn's data archive", async () => {
  const file = join(folder, 'Basic_LinkedInDataExport.zip');
  const tables = {
    'Profile.csv':
      'First Name,Last Name,Headline,Summary,Industry,Geo Location,Twitter Handles,Websites\nAda,Byron,Programmer,"Writes ""notes"",\nmany of them",Engines,"London, UK","[ada,byron]","[PERSONAL:https://ada.example,BLOG:https://b.example]"\n',
    'Positions.csv':
      'Company Name,Title,Description,Location,Started On,Finished On\nAnalytical Engines,Programmer,Loops,London,Sep 1842,\nHome,Student,,,1830,Dec 1841\n',
    'Education.csv':
      'School Name,Start Date,End Date,Notes,Degree Name,Activities\nTutors,1828,1835,,Mathematics,\n',
    'Skills.csv': 'Name\nAlgebra\nFrench\n',
    'Languages.csv': 'Name,Proficiency\nEnglish,Native\n',
    'Email Addresses.csv':
      'Email Address,Confirmed,Primary,Updated On\nold@example.com,Yes,No,x\nada@example.com,Yes,Yes,x\n',
    'Recommendations_Received.csv':
      'First Name,Last Name,Company,Job Title,Text,Creation Date,Status\nCharles,Babbage,Engines,Inventor,Enchanting,x,VISIBLE\n',
    'Certifications.csv':
      'Name,Url,Authority,Started On,Finished On,License Number\nLoom,,Guild,Feb 1841,,L-1\n',
    'Volunteering.csv':
      'Company Name,Role,Cause,Started On,Finished On,Description\nSchool,Tutor,Education,1840,,Sums\n',
    'Patents.csv': 'Title,Description,Patent/Application Number,Url,Issued On\nA valve,Opens,GB1,,Feb 1840\n',
    'messages.csv': 'private,things\n1,2\n',
  };
  await writeFile(
    file,
    zipSync(
      Object.fromEntries(Object.entries(tables).map(([name, text]) => [`export/${name}`, strToU8(text)])),
    ),
  );
  const { resume, from } = await convert(file);
  assert.equal(from, "LinkedIn's data archive");
  assert.deepEqual(resume.basics, {
    name: 'Ada Byron',
    label: 'Programmer',
    email: 'ada@example.com',
    url: 'https://ada.example',
    summary: 'Writes "notes",\nmany of them',
    location: { city: 'London, UK' },
    profiles: [
      { network: 'Twitter', username: 'ada' },
      { network: 'Twitter', username: 'byron' },
      { network: 'blog', url: 'https://b.example' },
    ],
  });
  assert.deepEqual(resume.work, [
    {
      name: 'Analytical Engines',
      position: 'Programmer',
      location: 'London',
      startDate: '1842-09',
      summary: 'Loops',
    },
    { name: 'Home', position: 'Student', startDate: '1830', endDate: '1841-12' },
  ]);
  assert.deepEqual(resume.skills, [{ name: 'Algebra' }, { name: 'French' }]);
  assert.equal(resume.references?.[0]?.name, 'Charles Babbage');
  assert.equal(resume.references?.[0]?.reference, 'Enchanting');
  assert.deepEqual(resume.certificates, [
    { name: 'Loom', issuer: 'Guild', startDate: '1841-02', summary: 'L-1' },
  ]);
  assert.deepEqual(resume.volunteer, [
    {
      organization: 'School',
      position: 'Tutor',
      startDate: '1840',
      summary: 'Sums',
      highlights: ['Education'],
    },
  ]);
  assert.deepEqual((resume as { patents?: unknown }).patents, [
    { name: 'A valve', description: 'Opens', type: 'GB1', endDate: '1840-02' },
  ]);
});

test('converts Reactive Resume', async () => {
  const file = join(folder, 'reactive.json');
  const visible = true;
  const url = { label: '', href: 'https://b.example' };
  await writeFile(
    file,
    JSON.stringify({
      basics: {
        name: 'Bo',
        headline: 'Tester',
        email: 'bo@example.com',
        location: 'Oslo',
        url,
        customFields: [{ name: 'Licence', value: 'B' }],
        picture: { url: '' },
      },
      sections: {
        summary: { content: '<p>Tests <strong>all</strong></p>' },
        experience: {
          items: [
            {
              id: '1',
              visible,
              company: 'C',
              position: 'D',
              location: 'E',
              date: 'March 2020 - Present',
              summary: '<ul><li>f</li><li>g</li></ul>',
              url,
            },
            { id: '2', visible: false, company: 'Hidden' },
          ],
        },
        skills: { items: [{ visible, name: 'H', description: 'Expert', level: 4, keywords: ['i'] }] },
        languages: { items: [{ visible, name: 'Norsk', description: 'Native', level: 5 }] },
        profiles: {
          items: [
            {
              visible,
              network: 'GitHub',
              username: 'bo',
              icon: 'github',
              url: { href: 'https://github.example/bo' },
            },
          ],
        },
        custom: { x1: { name: 'Talks', items: [{ visible, name: 'J', date: '2019' }] } },
      },
      metadata: { template: 'rhyhorn' },
    }),
  );
  const { resume } = await convert(file);
  assert.deepEqual(resume.work, [
    {
      name: 'C',
      position: 'D',
      location: 'E',
      url: 'https://b.example',
      startDate: '2020-03',
      summary: '- f\n- g',
    },
  ]);
  assert.equal(resume.basics?.summary, 'Tests **all**');
  assert.deepEqual(resume.basics?.profiles, [
    { network: 'GitHub', username: 'bo', url: 'https://github.example/bo' },
  ]);
  assert.deepEqual(resume.skills, [{ name: 'H', level: 'Expert', keywords: ['i'] }]);
  assert.deepEqual(resume.languages, [{ language: 'Norsk', fluency: 'Native' }]);
  assert.deepEqual(resume.publications, [{ name: 'J', releaseDate: '2019' }]);
});

test('says what it cannot convert', async () => {
  const file = join(folder, 'resume.json');
  await writeFile(file, '{ "basics": { "name": "A" } }');
  await assert.rejects(convert(file), /neither LinkedIn's data archive nor/);
  const zip = join(folder, 'other.zip');
  await writeFile(zip, zipSync({ 'a.txt': strToU8('x') }));
  await assert.rejects(convert(zip), /no Profile\.csv/);
  await writeFile(zip, 'no zip');
  await assert.rejects(convert(zip), /damaged/);
});

test('reads CSV with quotes, line breaks and notes above the table', () => {
  assert.deepEqual(readCsv('Notes:\n"about, this"\n\nA,B\r\n"x, ""y""\nz",\r\n'), [
    { A: 'x, "y"\nz', B: '' },
  ]);
});

test('an archive cannot keep the reader busy: a table counts once, and stray quotes are read in one pass', () => {
  const tables = {
    'Profile.csv': 'First Name\nAda\n',
    'a/Skills.csv': 'Name\nA\n',
    'b/Skills.csv': 'Name\nB\n',
  };
  const zip = zipSync(
    Object.fromEntries(Object.entries(tables).map(([name, text]) => [name, strToU8(text)])),
  );
  assert.deepEqual(fromLinkedIn(zip)['skills'], [{ Name: 'A' }]);
  const stray = `${'"'.repeat(100_000)}x`;
  const startedAt = performance.now();
  assert.deepEqual(readCsv(`A,B\n${stray},y\n`), [{ A: stray, B: 'y' }]);
  assert.ok(performance.now() - startedAt < 5_000);
});
