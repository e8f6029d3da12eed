/**
 * Reports what the scheduled jobs found as one issue: opens it when something is wrong and closes it when everything is right again.
 * The workflow passes its `needs` as JSON in RESULTS. The output `environments` of `previews` names those in AWS.
 */
import { parseArgs } from 'node:util';
import { UserError } from '../../shared/user-error.ts';
import { connectToGitHub, type GitHub } from './github.ts';

const TITLE = 'The scheduled checks found something';

const MEANING: Record<string, string> = {
  live: 'The job could not find out whether production is live, so nothing checked it.',
  drift:
    'AWS differs from the last deploy, or could not be read. The job’s page lists the differences; the next deploy undoes them.',
  doctor:
    'The live site has a problem. The job’s page says what is wrong and what to do; so does npm run doctor.',
  previews: 'The job could not list the previews.',
  dependencies: 'A dependency has a known vulnerability, or a signature that does not match its publisher.',
};

/** A job in `needs`. */
interface Job {
  result: string;
  outputs?: Record<string, string>;
}

interface Issue {
  number: number;
  pull_request?: unknown;
}

/** @param args `--label NAME`: of the issue */
export async function report(args: string[]): Promise<void> {
  const { label } = parseArgs({
    args,
    options: { label: { type: 'string', default: 'scheduled-checks' } },
  }).values;
  const jobs = readJobs(process.env['RESULTS']);
  const withResult = (wanted: (result: string) => boolean) =>
    Object.keys(jobs).filter((job) => wanted(jobs[job]!.result));
  // A job that takes too long is `cancelled`.
  const failed = withResult((result) => result !== 'success' && result !== 'skipped');
  const succeeded = withResult((result) => result === 'success');
  const github = connectToGitHub();
  const findings = [
    ...failed.map((job) => `- **${job}**: ${MEANING[job] ?? 'It failed.'}`),
    ...(await staleLine(github, jobs['previews']?.outputs?.['environments'])),
  ];
  const open = (await github.list<Issue>(`/issues?state=open&labels=${label}`)).filter(
    ({ pull_request: pullRequest }) => pullRequest === undefined,
  );
  if (findings.length > 0) await openIssue(github, open[0], findings, label);
  else if (succeeded.length > 0) await close(github, open);
  else console.log('Nothing was checked.');
}

function readJobs(text: string | undefined): Record<string, Job> {
  try {
    return JSON.parse(text ?? '') as Record<string, Job>;
  } catch {
    throw new UserError(
      'RESULTS is not the JSON of a job’s `needs`.',
      'Set it to ${{ toJSON(needs) }} in the step.',
    );
  }
}

/**
 * @param environments `pr-3 pr-12`
 * @returns a line about those whose pull request is closed
 */
async function staleLine(github: GitHub, environments = ''): Promise<string[]> {
  const previews = environments.split(' ').filter(Boolean);
  if (previews.length === 0) return [];
  const open = new Set((await github.list<Issue>('/pulls?state=open')).map(({ number }) => `pr-${number}`));
  const left = previews.filter((preview) => !open.has(preview));
  if (left.length === 0) return [];
  return [
    `- **previews**: ${left.join(', ')}: still in AWS although the pull request is closed. npm run destroy -- --env NAME, or the destroy workflow, tears each of them down.`,
  ];
}

async function openIssue(
  github: GitHub,
  issue: Issue | undefined,
  findings: string[],
  label: string,
): Promise<void> {
  const body = [...findings, '', `The run: ${github.run}`].join('\n');
  // One issue, however many mornings it lasts.
  if (issue) await github.ask('PATCH', `/issues/${issue.number}`, { body });
  else await github.ask('POST', '/issues', { title: TITLE, body, labels: [label] });
  console.log(`${issue ? 'Updated' : 'Opened'} the issue:\n${findings.join('\n')}`);
}

async function close(github: GitHub, issues: Issue[]): Promise<void> {
  for (const { number } of issues) {
    await github.ask('POST', `/issues/${number}/comments`, {
      body: `Everything is right again: ${github.run}`,
    });
    await github.ask('PATCH', `/issues/${number}`, { state: 'closed', state_reason: 'completed' });
  }
  console.log(issues.length > 0 ? 'Closed the issue: everything is right again.' : 'Everything is right.');
}
