/** `npm run bootstrap`: once, what GitHub's workflows need in the owner's AWS account. */
import { fileURLToPath } from 'node:url';
import { readArguments } from '../terminal/arguments.ts';
import { bootstrap } from '../aws/bootstrap.ts';
import { describeRepository, repositoryOfOrigin } from '../aws/repository.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { ask } from '../terminal/ask.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run bootstrap';
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const HELP = `Usage: ${COMMAND} -- [options]

Once for a repository: makes the roles that its workflows take in AWS without a key, what bounds them, and the bucket for
Terraform's state. Shows what it makes, asks, and ends with what to tell GitHub. Without changes it changes nothing.

  --repository OWNER/NAME    on GitHub (default: the remote origin, asked for)
  --subject names|numbers    how GitHub's tokens name the repository (default: by its age, as GitHub says)
  --owner-id N, --repository-id N   the numbers, where GitHub cannot be asked
  --existing-oidc-provider   use the account's identity provider for GitHub, which another project has made
  --yes                      do not ask

It needs credentials that may make IAM roles and policies; the workflows themselves never do.

Exit codes: 0 all is there, 1 something that you can mend, 70 a fault in this program.`;

run(async () => {
  const values = readArguments(COMMAND, process.argv.slice(2), {
    repository: { type: 'string' },
    subject: { type: 'string' },
    'owner-id': { type: 'string' },
    'repository-id': { type: 'string' },
    'existing-oidc-provider': { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  const { subject } = values;
  if (subject !== undefined && subject !== 'names' && subject !== 'numbers')
    throw new UserError(`--subject is ${JSON.stringify(subject)}.`, 'Give names or numbers.');
  // The one environment that pushes to main deploy, whatever CLOUD_RESUME_ENV says.
  const configuration = await loadConfiguration({ environment: 'production' });
  await bootstrap({
    configuration,
    repository: await describeRepository({
      name: values.repository ?? (await askRepository(values.yes)),
      subject,
      ownerId: readId('--owner-id', values['owner-id']),
      repositoryId: readId('--repository-id', values['repository-id']),
    }),
    yes: values.yes,
    existingProvider: values['existing-oidc-provider'],
    say: (line) => console.log(line),
  });
});

/** Not guessed without being asked: whoever owns the name may deploy. */
async function askRepository(yes: boolean): Promise<string> {
  const origin = repositoryOfOrigin(PROJECT);
  if (yes) {
    throw new UserError(
      'No repository is given.',
      `Name it: ${COMMAND} -- --yes --repository ${origin ?? 'octocat/resume'}`,
    );
  }
  const answer = await ask(
    `The GitHub repository that may deploy${origin ? ` [${origin}]` : ', owner/name'}: `,
  );
  return answer || (origin ?? '');
}

function readId(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UserError(`${flag} is ${JSON.stringify(text)}.`, 'Give a number.');
  return Number(text);
}
