/** Every validation in infra/variables*.tf rejects a wrong value and says its message. */
import assert from 'node:assert/strict';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { INFRA, initTerraform } from './tools.ts';
import { missingPrograms } from '../support/tools.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Settings that can be wrong together: each run of Terraform reports all of its own. */
const BAD_SETTINGS: Record<string, unknown>[] = [
  {
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
  {
    additional_domains: ['www.example.com'],
    hosted_zone_id: 'Z0123456789ABC',
    alarm_email: null,
    monthly_budget_usd: 10,
    instant_number: false,
    count_badge: true,
  },
  {
    domain: 'example.com',
    additional_domains: ['*.example.com'],
    hosted_zone_id: 'example.com',
    monthly_budget_usd: -1,
  },
  {
    domain: 'example.com',
    additional_domains: ['www.example.com', 'example.com'],
    permissions_boundary: 'arn:aws:iam::123456789012:policy/x',
  },
  { permissions_boundary: 'cloud-resume-pr-functions' },
];

test(
  'every validation rejects a wrong setting with its message',
  { skip: missingPrograms('terraform') },
  async () => {
    const files = (await readdir(INFRA)).filter((name) => /^variables.*\.tf$/.test(name));
    const text = (await Promise.all(files.map((name) => readFile(join(INFRA, name), 'utf8')))).join('\n');
    const rules = [...text.matchAll(/^\s+error_message = (".*")$/gm)].map(([, message]) =>
      JSON.parse(message!),
    );
    assert.ok(rules.length >= 30);
    const said = await validationMessages();
    assert.deepEqual(
      rules.filter((message) => !said.includes(message)),
      [],
      said,
    );
  },
);

/** Everything that Terraform says about these settings, in one line: it wraps its messages for the terminal. */
async function validationMessages(): Promise<string> {
  const project = temporaryFolder();
  const directory = join(project, 'infra');
  await cp(INFRA, directory, { recursive: true });
  await cp(join(INFRA, '../contract'), join(project, 'contract'), { recursive: true });
  const preamble = (await readFile(join(INFRA, 'tests/site.tftest.hcl'), 'utf8')).split('run "')[0];
  const runs = BAD_SETTINGS.map((settings, index) => {
    const variables = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    return `run "bad_${index}" {\ncommand = plan\nvariables {\n${variables.join('')}}\n}\n`;
  });
  const files = runs.map(async (run, index) => {
    await writeFile(join(directory, `tests/bad_${index}.tftest.hcl`), preamble + run);
    return `-filter=tests/bad_${index}.tftest.hcl`;
  });
  const terraform = await initTerraform(directory, 'bad-settings');
  const { stdout, stderr } = await terraform.run(['test', '-no-color', ...(await Promise.all(files))]);
  return (stdout + stderr).replaceAll(/\s*\n[\s│]*/g, ' ');
}
