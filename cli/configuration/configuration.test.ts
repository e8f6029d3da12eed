import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, posix, relative, win32 } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { loadConfiguration } from './index.ts';
import { UserError } from '../../shared/user-error.ts';
import { variableOf } from './environment-variables.ts';
import { NAME, SETTINGS, type SettingSchema } from './schema.ts';
import { NOT_TERRAFORM, snakeCase, terraformPath } from './settings.ts';

describe('cloud-resume.json', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'cloud-resume.json');

  const load = async (text: unknown, environment?: string, variables: NodeJS.ProcessEnv = {}) => {
    await writeFile(file, typeof text === 'string' ? text : JSON.stringify(text, null, 2));
    return loadConfiguration({ file, environment, variables });
  };
  /** What people read, with the name of the file only. */
  const refused = async (...args: Parameters<typeof load>): Promise<string> => {
    const error: unknown = await load(...args).then(
      () => assert.fail('was accepted'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error && 'remedy' in error, String(error));
    return `${error.message}\n${String(error.remedy)}`.replaceAll(relative('', file), 'cloud-resume.json');
  };

  test('an empty file deploys with nothing but credentials', async () => {
    // With the byte order mark of an editor on Windows.
    const configuration = await load('\ufeff{}');
    assert.equal(configuration.prefix, 'cloud-resume-production');
    assert.deepEqual(configuration.terraformVariables, {
      name: 'cloud-resume',
      environment: 'production',
      region: 'us-east-1',
    });
  });

  test('the résumé is resume.json next to it, or else resume.yaml, unless it names another one', async () => {
    const resumeOf = async (settings: object) => relative(folder, (await load(settings)).resume);
    assert.equal(await resumeOf({}), 'resume.json');
    await writeFile(join(folder, 'resume.yaml'), 'basics: { name: A }');
    assert.equal(await resumeOf({}), 'resume.yaml');
    await writeFile(join(folder, 'resume.json'), '{ "basics": { "name": "A" } }');
    assert.equal(await resumeOf({}), 'resume.json');
    assert.equal(await resumeOf({ resume: 'cv/me.yaml' }), join('cv', 'me.yaml'));
  });

  test('environment variables override the environment, which overrides the top of the file', async () => {
    const { settings, terraformVariables } = await load(
      {
        alarmEmail: 'top@example.com',
        tracing: true,
        postsPerSecond: 1,
        environments: { staging: { alarmEmail: 'staging@example.com', postsPerSecond: 2 } },
      },
      'staging',
      {
        CLOUD_RESUME_POSTS_PER_SECOND: '3',
        CLOUD_RESUME_DOMAIN: 'example.com',
        CLOUD_RESUME_PAPER: 'letter',
        CLOUD_RESUME_ADDITIONAL_DOMAINS: 'www.example.com, cv.example.com',
        CLOUD_RESUME_TAGS: '{"team":"me"}',
        CLOUD_RESUME_SITE_BUCKET_NAME: '',
      },
    );
    assert.deepEqual(settings, {
      region: 'us-east-1',
      alarmEmail: 'staging@example.com',
      tracing: true,
      postsPerSecond: 3,
      domain: 'example.com',
      paper: 'letter',
      additionalDomains: ['www.example.com', 'cv.example.com'],
      tags: { team: 'me' },
    });
    assert.equal(terraformVariables['alarm_email'], 'staging@example.com');
    assert.equal(terraformVariables['environment'], 'staging');
    assert.equal(terraformVariables['monthly_budget_usd'], 5, 'with an address there is a budget');
    for (const key of ['resume', 'paper']) assert.ok(!(key in terraformVariables), key);
  });

  test('of several patterns with *, the longest match counts', async () => {
    const environments = { 'pr-*': { postsPerSecond: 1 }, 'pr-1*': { postsPerSecond: 2 }, 'pr-12': {} };
    assert.equal((await load({ environments }, 'pr-7')).settings.postsPerSecond, 1);
    assert.equal((await load({ environments }, 'pr-13')).settings.postsPerSecond, 2);
    assert.equal((await load({ environments }, 'pr-12')).settings.postsPerSecond, undefined);
  });

  test('shows a misspelt setting with its place and a suggestion', async () => {
    assert.equal(
      await refused('{\n  "name": "cloud-resume",\n  "alarmEmial": "me@example.com"\n}\n'),
      `cloud-resume.json:3:3: error: "alarmEmial" is not a setting
  3 |   "alarmEmial": "me@example.com"
    |   ^
  Did you mean "alarmEmail"?
Nothing was changed in AWS. Fix this and run it again.`,
    );
  });

  test('shows every problem, including those of environments', async () => {
    const text = await refused({
      region: 'Frankfurt',
      domain: 'https://example.com/',
      priceClass: 'cheap',
      paper: 'a3',
      counterShards: 65,
      tracing: 'yes',
      hostedZoneId: null,
      environments: { staging: { name: 'other', postsPerSecond: 0 }, Über: {} },
    });
    for (const expected of [
      ':2:13: error: region is "Frankfurt", which is invalid: it is not the code of an AWS Region',
      'Write it like "eu-central-1".',
      'error: domain is "https://example.com/", which is invalid: use a lowercase domain name',
      'error: priceClass is "cheap"\n',
      'Use one of PriceClass_100, PriceClass_200, PriceClass_All.',
      'error: paper is "a3"\n',
      'Use one of a4, letter.',
      'error: counterShards is 65, but must be <= 64',
      'error: tracing is "yes", but must be true or false',
      'error: hostedZoneId is null, but must be text',
      'Delete the key.',
      'error: "environments.staging.name" is not a setting',
      'error: environments.staging.postsPerSecond is 0, but must be >= 1',
      'error: "Über" cannot be the name of an environment',
    ])
      assert.ok(text.includes(expected), `${expected}\n\nis not in\n\n${text}`);
    assert.equal(text.match(/error:/g)?.length, 10, text);
  });

  test('shows where text stops being JSON', async () => {
    assert.match(
      await refused('{\n  "name": "a"\n  "region": "us-east-1"\n}'),
      /^cloud-resume\.json:3:3: error: not JSON: expected a comma before this/,
    );
  });

  const rules: [string, Record<string, unknown>, RegExp][] = [
    ['a zone without a domain', { hostedZoneId: 'Z0123456789' }, /hostedZoneId needs domain/],
    ['more domains without one', { additionalDomains: ['www.example.com'] }, /Set domain to the main one/],
    [
      'a budget without an address',
      { monthlyBudgetUsd: 5 },
      /:2:3: error: monthlyBudgetUsd needs alarmEmail[^]*Set alarmEmail to your address/,
    ],
  ];
  for (const [name, content, expected] of rules) {
    test(`rejects ${name}`, async () => assert.match(await refused(content), expected));
  }

  test('shows a broken rule in the environment or variable that breaks it', async () => {
    assert.match(
      await refused({ environments: { staging: { monthlyBudgetUsd: 5 } } }, 'staging'),
      /cloud-resume\.json:4:7: error: monthlyBudgetUsd/,
    );
    assert.match(
      await refused({}, undefined, { CLOUD_RESUME_MONTHLY_BUDGET_USD: '5' }),
      /^CLOUD_RESUME_MONTHLY_BUDGET_USD: error: monthlyBudgetUsd/,
    );
  });

  test('names a variable that is not a setting, and one with an invalid value', async () => {
    assert.match(
      await refused({}, undefined, { CLOUD_RESUME_REIGON: 'us-east-1' }),
      /^CLOUD_RESUME_REIGON: error: this environment variable is not a setting\n {2}Did you mean CLOUD_RESUME_REGION\?/,
    );
    assert.match(
      await refused({}, undefined, { CLOUD_RESUME_COUNTER_SHARDS: 'eight' }),
      /^CLOUD_RESUME_COUNTER_SHARDS: error: counterShards is "eight", but must be a whole number/,
    );
  });

  test('rejects an unknown environment', async () => {
    assert.match(await refused({}, 'prodution'), /no environment "prodution"[^]*Did you mean production\?/);
    assert.match(
      await refused({ environments: { staging: {} } }, 'demo'),
      /Known are production, staging\. For a new one, add "environments": \{ "demo": \{\} \}/,
    );
    assert.match(await refused({}, 'Not a name'), /Use 1 to 16 of a-z/);
  });

  test('says how to create a missing file', async () => {
    await assert.rejects(loadConfiguration({ file: join(folder, 'none.json'), variables: {} }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /There is no .*none\.json/);
      return true;
    });
  });

  test('says where to change a setting', async () => {
    const { whereIs } = await load({}, undefined, { CLOUD_RESUME_REGION: 'eu-west-1' });
    assert.equal(whereIs('region'), 'CLOUD_RESUME_REGION');
    assert.match(whereIs('domain'), /^domain in .*cloud-resume\.json \(or CLOUD_RESUME_DOMAIN\)$/);
  });
});

interface Rules {
  pattern?: string;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
}

describe('the settings and the variables in infra/', () => {
  test('a path in the state is the same on every system', () => {
    for (const [system, folder] of [
      [posix, '/Users/Zoë/my site'],
      [win32, 'C:\\Users\\Zoë\\my site'],
    ] as const) {
      const infra = system.join(folder, '.cache', 'program', 'infra');
      assert.equal(terraformPath(infra, system.join(folder, 'dist', 'site'), system), '../../../dist/site');
    }
  });

  const source = readdirSync('infra')
    .filter((name) => /^variables.*\.tf$/.test(name))
    .map((name) => readFileSync(`infra/${name}`, 'utf8'))
    .join('\n');
  const variables = new Map(
    [...source.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm)].map(([, name, body]) => [name!, body!]),
  );
  /** Set by `npm run deploy`, or by someone who applies by hand. */
  const DEPLOY = [
    'environment',
    'site_directory',
    'functions_directory',
    'kept_assets',
    'origin_secret_generation',
    'adopt_visitor_count',
  ];

  test('have the same names', () => {
    const keys = ['name', ...Object.keys(SETTINGS)].filter((key) => !NOT_TERRAFORM.includes(key));
    assert.deepEqual(
      keys.map(snakeCase).sort(),
      [...variables.keys()].filter((name) => !DEPLOY.includes(name)).sort(),
    );
  });

  test('have the same defaults, types, patterns, ranges and choices', () => {
    const types = { string: 'string', bool: 'boolean', list: 'array', map: 'object' } as Record<
      string,
      string
    >;
    for (const [key, schema] of [['name', NAME] as const, ...Object.entries(SETTINGS)]) {
      const body = variables.get(snakeCase(key));
      if (!body) continue;
      const type = /type\s+= (\w+)/.exec(body)![1]!;
      if (type === 'number') assert.match(schema.type, /^(number|integer)$/, key);
      else assert.equal(schema.type, types[type], key);
      const value = JSON.parse(/default\s+= (.+)/.exec(body)![1]!) as unknown;
      if (value !== null && typeof value !== 'object') assert.equal(schema.default, value, key);
      const pattern = /regex\(("(?:[^"\\]|\\.)*"), var/.exec(body)?.[1];
      const { items = {}, ...rules } = schema as SettingSchema & { items?: Rules } & Rules;
      if (pattern) assert.equal((schema.type === 'array' ? items : rules).pattern, JSON.parse(pattern), key);
      const least = / >= (\d+)/.exec(body)?.[1];
      const most = / <= (\d+)/.exec(body)?.[1];
      assert.deepEqual(
        [rules.minimum, rules.maximum],
        [least, most].map((text) => text && Number(text)),
        key,
      );
      const choices = /contains\((\[[^\]]+\]), var/.exec(body)?.[1];
      assert.deepEqual(rules.enum, choices && JSON.parse(choices), key);
    }
  });

  test('have different environment variables', () => {
    const names = Object.keys(SETTINGS).map(variableOf);
    assert.ok(names.includes('CLOUD_RESUME_MONTHLY_BUDGET_USD'));
    assert.equal(new Set(names).size, names.length);
  });
});
