/**
 * What the scheduled jobs found, as one issue: opened when something is wrong, closed when all is right again. A step of a workflow,
 * which gives its `needs` as JSON in RESULTS.
 */
import { RemediableError } from '../remediable-error.ts';
import { run } from '../run.ts';
import { connectToGitHub, type GitHub } from './github.ts';

const LABEL = 'scheduled-checks';
const TITLE = 'The scheduled checks found something';

const MEANING: Record<string, string> = {
  live: 'Whether production is live could not be found out; nothing looked at it.',
  drift:
    'What is in AWS is not what was deployed last, or could not be read. The job’s page lists the differences; the next deploy undoes them.',
  doctor:
    'The live site is not well. The job’s page says what is wrong and what to do; so does npm run doctor.',
  dependencies: 'A dependency has a known fault, or its signature is not its publisher’s.',
};

interface Issue {
  number: number;
  pull_request?: unknown;
}

run(async () => {
  const results = readResults(process.env['RESULTS']);
  const withResult = (wanted: (result: string) => boolean) =>
    Object.keys(results).filter((job) => wanted(results[job]!));
  // A job that takes too long is `cancelled`, and has found nothing to be right.
  const failed = withResult((result) => result !== 'success' && result !== 'skipped');
  const succeeded = withResult((result) => result === 'success');
  const github = connectToGitHub();
  const open = (await github.list<Issue>(`/issues?state=open&labels=${LABEL}`)).filter(
    ({ pull_request: pullRequest }) => pullRequest === undefined,
  );
  if (failed.length > 0) await tell(github, open[0], failed);
  else if (succeeded.length > 0) await close(github, open);
  else console.log('Nothing was looked at.');
});

function readResults(text: string | undefined): Record<string, string> {
  try {
    const needs = JSON.parse(text ?? '') as Record<string, { result: string }>;
    return Object.fromEntries(Object.entries(needs).map(([job, { result }]) => [job, result]));
  } catch {
    throw new RemediableError(
      'RESULTS is not the JSON of a job’s `needs`.',
      'Set it to ${{ toJSON(needs) }} in the step.',
    );
  }
}

async function tell(github: GitHub, issue: Issue | undefined, failed: string[]): Promise<void> {
  const lines = failed.map((job) => `- **${job}**: ${MEANING[job] ?? 'It failed.'}`);
  const body = [...lines, '', `The run: ${github.run}`].join('\n');
  // One issue, however many mornings it stays so.
  if (issue) await github.ask('PATCH', `/issues/${issue.number}`, { body });
  else await github.ask('POST', '/issues', { title: TITLE, body, labels: [LABEL] });
  console.log(`${issue ? 'Renewed' : 'Opened'} the issue: ${failed.join(', ')}.`);
}

async function close(github: GitHub, issues: Issue[]): Promise<void> {
  for (const { number } of issues) {
    await github.ask('POST', `/issues/${number}/comments`, { body: `All is right again: ${github.run}` });
    await github.ask('PATCH', `/issues/${number}`, { state: 'closed', state_reason: 'completed' });
  }
  console.log(issues.length > 0 ? 'Closed the issue: all is right again.' : 'All is right.');
}
