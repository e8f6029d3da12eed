import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfiguration } from './index.ts';
import { UserError } from '../../shared/user-error.ts';
import { variableOf } from './environment-variables.ts';
import { NAME, SETTINGS } from './schema.ts';
import { snakeCase } from './terraform-variables.ts';

describe('cloud-resume.json', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'configuration-'));
    file = join(folder, 'cloud-resume.json');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const load = async (text: unknown, environment?: string, variables: NodeJS.ProcessEnv = {}) => {
    await writeFile(file, typeof text === 'string' ? text : JSON.stringify(text, null, 2));
    return loadConfiguration({ file, environment, variables });
  };
  /** What people read, with the file's own name only. */
  const refused = async (...args: Parameters<typeof load>): Promise<string> => {
    const error: unknown = await load(...args).then(
      () => assert.fail('was accepted'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error && 'remedy' in error, String(error));
    return `${error.message}\n${String(error.remedy)}`.replaceAll(relative('', file), 'cloud-resume.json');
  };

  test('a configuration with only a name deploys with nothing but credentials', async () => {
    const configuration = await load({ name: 'cloud-resume' });
    assert.equal(configuration.prefix, 'cloud-resume-production');
    assert.deepEqual(configuration.terraformVariables, {
      name: 'cloud-resume',
      environment: 'production',
      region: 'us-east-1',
      monthly_budget_usd: 0,
    });
  });

  test('environment variables go before the environment, and that before the file’s top', async () => {
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
      resume: 'resume.json',
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
    assert.ok(!('monthly_budget_usd' in terraformVariables), 'with an address, the default budget stands');
    for (const key of ['resume', 'paper']) assert.ok(!(key in terraformVariables), key);
  });

  test('of several names with *, the longest that fits counts', async () => {
    const environments = { 'pr-*': { postsPerSecond: 1 }, 'pr-1*': { postsPerSecond: 2 }, 'pr-12': {} };
    assert.equal((await load({ environments }, 'pr-7')).settings.postsPerSecond, 1);
    assert.equal((await load({ environments }, 'pr-13')).settings.postsPerSecond, 2);
    assert.equal((await load({ environments }, 'pr-12')).settings.postsPerSecond, undefined);
  });

  test('a misspelt setting is shown where it stands, with the one that was meant', async () => {
    assert.equal(
      await refused('{\n  "name": "cloud-resume",\n  "alarmEmial": "me@example.com"\n}\n'),
      `cloud-resume.json:3:3: error: "alarmEmial" is no setting
  3 |   "alarmEmial": "me@example.com"
    |   ^
  Did you mean "alarmEmail"?
Nothing was changed in AWS. Mend this and run it again.`,
    );
  });

  test('every fault is shown at once, those of environments too', async () => {
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
      ':2:13: error: region is "Frankfurt", which does not fit: it is no code of an AWS Region',
      'Write it like "eu-central-1".',
      'error: domain is "https://example.com/", which does not fit: a domain name in small letters',
      'error: priceClass is "cheap"\n',
      'Take one of PriceClass_100, PriceClass_200, PriceClass_All.',
      'error: paper is "a3"\n',
      'Take one of a4, letter.',
      'error: counterShards is 65, but must be <= 64',
      'error: tracing is "yes", but must be true or false',
      'error: hostedZoneId is null, but must be a text',
      'Delete the key.',
      'error: "environments.staging.name" is no setting',
      'error: environments.staging.postsPerSecond is 0, but must be >= 1',
      'error: "Über" cannot be the name of an environment',
    ])
      assert.ok(text.includes(expected), `${expected}\n\nis not in\n\n${text}`);
    assert.equal(text.match(/error:/g)?.length, 10, text);
  });

  test('text that is not JSON is shown where it breaks', async () => {
    assert.match(
      await refused('{\n  "name": "a"\n  "region": "us-east-1"\n}'),
      /^cloud-resume\.json:3:3: error: not JSON: expected a comma before this/,
    );
  });

  const rules: [string, Record<string, unknown>, RegExp][] = [
    ['a zone without a domain', { hostedZoneId: 'Z0123456789' }, /hostedZoneId is given, but no domain/],
    ['more domains without one', { additionalDomains: ['www.example.com'] }, /Set domain to the main one/],
    [
      'the counter’s domain without a zone',
      { domain: 'example.com', counterDomain: 'counter.example.com' },
      /counterDomain is given, but no hostedZoneId/,
    ],
    [
      'one domain for both',
      { domain: 'example.com', hostedZoneId: 'Z0123456789', counterDomain: 'example.com' },
      /where CloudFront answers/,
    ],
    [
      'a budget without an address',
      { monthlyBudgetUsd: 5 },
      /:2:3: error: monthlyBudgetUsd is given, but no alarmEmail[^]*Set alarmEmail to your address/,
    ],
  ];
  for (const [name, content, expected] of rules) {
    test(`refused: ${name}`, async () => assert.match(await refused(content), expected));
  }

  test('a rule that an environment or a variable breaks is shown there', async () => {
    assert.match(
      await refused({ environments: { staging: { monthlyBudgetUsd: 5 } } }, 'staging'),
      /cloud-resume\.json:4:7: error: monthlyBudgetUsd/,
    );
    assert.match(
      await refused({}, undefined, { CLOUD_RESUME_MONTHLY_BUDGET_USD: '5' }),
      /^CLOUD_RESUME_MONTHLY_BUDGET_USD: error: monthlyBudgetUsd/,
    );
  });

  test('a variable that is no setting, or has no fit value, is named', async () => {
    assert.match(
      await refused({}, undefined, { CLOUD_RESUME_REIGON: 'us-east-1' }),
      /^CLOUD_RESUME_REIGON: error: this environment variable is no setting\n {2}Did you mean CLOUD_RESUME_REGION\?/,
    );
    assert.match(
      await refused({}, undefined, { CLOUD_RESUME_COUNTER_SHARDS: 'eight' }),
      /^CLOUD_RESUME_COUNTER_SHARDS: error: counterShards is "eight", but must be a whole number/,
    );
  });

  test('an unknown environment is not a new site', async () => {
    assert.match(await refused({}, 'prodution'), /no environment "prodution"[^]*Did you mean production\?/);
    assert.match(
      await refused({ environments: { staging: {} } }, 'demo'),
      /Known are production, staging\. For a new one, add "environments": \{ "demo": \{\} \}/,
    );
    assert.match(await refused({}, 'Not a name'), /Take 1 to 16 of a-z/);
  });

  test('a file that is missing says what to put there', async () => {
    await assert.rejects(loadConfiguration({ file: join(folder, 'none.json'), variables: {} }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /There is no .*none\.json/);
      return true;
    });
  });

  test('a setting says where it is to be changed', async () => {
    const { whereIs } = await load({}, undefined, { CLOUD_RESUME_REGION: 'eu-west-1' });
    assert.equal(whereIs('region'), 'CLOUD_RESUME_REGION');
    assert.match(whereIs('domain'), /^domain in .*cloud-resume\.json \(or CLOUD_RESUME_DOMAIN\)$/);
  });
});

describe('the settings and the variables in infra/', () => {
  const source = readdirSync('infra')
    .filter((name) => /^variables.*\.tf$/.test(name))
    .map((name) => readFileSync(`infra/${name}`, 'utf8'))
    .join('\n');
  const variables = new Map(
    [...source.matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm)].map(([, name, body]) => [name!, body!]),
  );
  /** Filled by `npm run deploy`, or by who applies by hand. */
  const OWN = ['environment', 'site_directory', 'functions_directory', 'kept_assets', 'adopt_visitor_count'];
  const NOT_TERRAFORM = ['resume', 'theme', 'paper', 'account', 'stateBucketName', 'gatewayAccountRole'];

  test('name the same things', () => {
    const keys = ['name', ...Object.keys(SETTINGS)].filter((key) => !NOT_TERRAFORM.includes(key));
    assert.deepEqual(
      keys.map(snakeCase).sort(),
      [...variables.keys()].filter((name) => !OWN.includes(name)).sort(),
    );
  });

  test('have the same defaults, types and patterns', () => {
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
      if (pattern) assert.equal((schema as { pattern?: string }).pattern, JSON.parse(pattern), key);
    }
  });

  test('every one has an environment variable of its own', () => {
    const names = Object.keys(SETTINGS).map(variableOf);
    assert.ok(names.includes('CLOUD_RESUME_MONTHLY_BUDGET_USD'));
    assert.equal(new Set(names).size, names.length);
  });
});
