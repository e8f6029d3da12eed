/** `npm run deploy`: the site, the counter and all around it, in the owner's AWS account. */
import { readArguments } from '../terminal/arguments.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { deploy } from '../aws/deploy.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run deploy';

const HELP = `Usage: ${COMMAND} -- [options]

Checks what is needed, builds, shows what would change in AWS, asks, changes it, and tries the live site.
It can be stopped and run again at any time; without changes it changes nothing.

  --env NAME     an environment of cloud-resume.json (default production)
  --yes          do not ask: for pipelines
  --plan FILE    write the plan to FILE and stop
  --apply FILE   carry out such a plan, without asking
  --detailed-exitcode  exit with 2 instead of 0 where something differed, as terraform plan does
  --unlock ID    release the lock that a dead run has left behind; the message about the lock names its ID

Settings are in cloud-resume.json; CLOUD_RESUME_REGION, CLOUD_RESUME_DOMAIN … go before them.
AWS credentials come as with every AWS tool: AWS_PROFILE, aws sso login, AWS_ACCESS_KEY_ID …

Exit codes: 0 deployed and tried (or planned), 2 the same under --detailed-exitcode where something differed, 1 something that you can mend, 70 a fault in this program.`;

run(async () => {
  const values = readArguments(COMMAND, process.argv.slice(2), {
    env: { type: 'string' },
    yes: { type: 'boolean', default: false },
    plan: { type: 'string' },
    apply: { type: 'string' },
    'detailed-exitcode': { type: 'boolean', default: false },
    unlock: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  if (values.plan !== undefined && values.apply !== undefined)
    throw new UserError('--plan and --apply were both given.', 'Give one of them.');
  const differs = await deploy({
    configuration: await loadConfiguration({ environment: values.env }),
    yes: values.yes,
    planFile: values.plan,
    applyFile: values.apply,
    unlock: values.unlock,
    say: (line) => console.log(line),
  });
  if (differs && values['detailed-exitcode']) process.exitCode = 2;
});
