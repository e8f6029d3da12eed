/** Every validation in infra/variables*.tf rejects a wrong value and says what to write instead. */
import assert from 'node:assert/strict';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { INFRA, initTerraform } from './tools.ts';
import { missingPrograms } from '../support/tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Settings that are wrong together, and what Terraform must say. */
interface BadSettings {
  settings: Record<string, unknown>;
  says: string[];
}

const BAD_SETTINGS: BadSettings[] = [
  {
    settings: {
      name: 'Cloud Résumé',
      environment: 'pr_12',
      region: 'Frankfurt',
      domain: 'https://example.com',
      additional_origins: ['https://example.com/'],
      site_bucket_name: 'My.Bucket',
      old_versions_days: 0,
      price_class: 'cheap',
      lambda_runtime: 'nodejs20.x',
      updater_timeout: 60,
      updater_memory: 64,
      broadcaster_timeout: 5,
      broadcaster_memory: 20480,
      counter_shards: 65,
      posts_per_second: 0,
      fan_out_viewers: 0,
      connections_per_address: -1,
      retry_attempts: -1,
      record_age_seconds: 5,
      connects_per_second: 0,
      messages_per_second: 9000,
      throttle_burst: 9000,
      log_retention_days: 10,
      alarm_email: 'me',
      origin_secret_generation: 0,
    },
    says: [
      'origin_secret_generation must be a whole number from 1.',
      'name must have 2 to 24 characters from a-z, 0-9 and -',
      'environment must have 1 to 16 characters from a-z, 0-9 and -',
      'region must be the code of an AWS Region, such as eu-central-1.',
      'domain must be a lowercase domain name without https://',
      'additional_origins must be origins: scheme and host without a path or trailing slash',
      'site_bucket_name must have 3 to 63 characters from a-z, 0-9 and -',
      'old_versions_days must be a whole number from 1 to 3650.',
      'price_class must be PriceClass_100, PriceClass_200 or PriceClass_All.',
      'lambda_runtime must be nodejs22.x or a newer Node.js runtime',
      'updater_timeout must be 3 to 29 seconds',
      'updater_memory must be 128 to 10240 MB.',
      'broadcaster_timeout must be 30 to 900 seconds',
      'broadcaster_memory must be 128 to 10240 MB.',
      'counter_shards must be a whole number from 1 to 64.',
      'posts_per_second must be a whole number from 1 to 10000',
      'fan_out_viewers must be a whole number from 1 to 1000000.',
      'connections_per_address must be a whole number from 0 to 1000000.',
      'retry_attempts must be 0 to 10000',
      'record_age_seconds must be 60 to 86400',
      'connects_per_second must be 1 to 500',
      'messages_per_second must be 1 to 5000',
      'throttle_burst must be 1 to 5000',
      "log_retention_days must be one of CloudWatch's retention periods",
      'alarm_email must be an e-mail address such as me@example.com.',
    ],
  },
  {
    settings: {
      additional_domains: ['www.example.com'],
      hosted_zone_id: 'Z0123456789ABC',
      alarm_email: null,
      monthly_budget_usd: 10,
      instant_number: false,
      count_badge: true,
    },
    says: [
      'count_badge needs instant_number: the badge is written together with count.json.',
      'additional_domains needs domain: set domain to the main one.',
      "hosted_zone_id needs domain: set domain to the zone's domain.",
      'The budget needs an e-mail address: set alarm_email, or set monthly_budget_usd = 0',
    ],
  },
  {
    settings: {
      domain: 'example.com',
      additional_domains: ['*.example.com'],
      hosted_zone_id: 'example.com',
      monthly_budget_usd: -1,
    },
    says: [
      'additional_domains must be lowercase domain names',
      'hosted_zone_id must be a hosted zone ID such as Z0123456789ABCDEFGHIJ',
      'monthly_budget_usd must be 0 or more.',
    ],
  },
  {
    settings: {
      domain: 'example.com',
      additional_domains: ['www.example.com', 'example.com'],
      permissions_boundary: 'arn:aws:iam::123456789012:policy/x',
    },
    says: [
      'additional_domains must list each domain once and must not repeat domain.',
      'permissions_boundary must be the name of an IAM policy of this account, not its ARN',
    ],
  },
  {
    settings: { permissions_boundary: 'cloud-resume-pr-functions' },
    says: ["permissions_boundary must be the boundary of this environment's class"],
  },
];

test(
  'wrong settings are rejected with what to write instead',
  { skip: missingPrograms('terraform') },
  async () => {
    const messages = await validationMessages(BAD_SETTINGS);
    const expected = BAD_SETTINGS.flatMap(({ says }) => says);
    for (const text of expected)
      assert.ok(messages.includes(text), `Terraform did not say:\n${text}\nbut:\n${messages}`);
    const rules = (await allVariables()).match(/^\s+error_message = /gm) ?? [];
    assert.equal(expected.length, rules.length, 'every validation is tested');
  },
);

/** Everything that Terraform says about these settings, in one line: it wraps its messages for the terminal. */
async function validationMessages(bad: BadSettings[]): Promise<string> {
  const project = temporaryFolder();
  const directory = join(project, 'infra');
  await cp(INFRA, directory, { recursive: true });
  await cp(join(INFRA, '../contract'), join(project, 'contract'), { recursive: true });
  const preamble = (await readFile(join(INFRA, 'tests/site.tftest.hcl'), 'utf8')).split('run "')[0];
  for (const [index, { settings }] of bad.entries()) {
    const variables = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    await writeFile(
      join(directory, 'tests', `bad_${index}.tftest.hcl`),
      `${preamble}run "bad" {\ncommand = plan\nvariables {\n${variables.join('')}}\n}\n`,
    );
  }
  const terraform = await initTerraform(directory, 'bad-settings');
  const { stdout, stderr } = await terraform.run([
    'test',
    '-no-color',
    ...bad.map((_, index) => `-filter=tests/bad_${index}.tftest.hcl`),
  ]);
  return (stdout + stderr).replaceAll(/\s*\n[\s│]*/g, ' ');
}

async function allVariables(): Promise<string> {
  const files = (await readdir(INFRA)).filter((name) => /^variables.*\.tf$/.test(name));
  return (await Promise.all(files.map((name) => readFile(join(INFRA, name), 'utf8')))).join('\n');
}
