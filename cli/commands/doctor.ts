/** `npm run doctor`: whether a live site is well, and what to do where it is not. */
import { format, type Finding } from '../probes/finding.ts';
import { lookFromOutside } from '../probes/outside.ts';
import { readArgumentsAndFile } from '../terminal/arguments.ts';
import { readEnvironment } from '../aws/environment.ts';
import { UserError } from '../../shared/user-error.ts';
import { run } from '../terminal/run.ts';

const COMMAND = 'npm run doctor';
const TIMEOUT_MS = 10_000;
const PUSH_TIMEOUT_MS = 30_000;

const HELP = `Usage: ${COMMAND} -- [URL | --env NAME]

Looks at a live site as two browsers would: page, headers, policy, files, certificate, WebSocket, the answer to hello, the push
of a second connection to the first. Nothing is counted, nothing is changed.

  URL          the page's address (default http://localhost:4000/)
  --env NAME   an environment on AWS, which is also seen from inside: alarms, failure queue, stream; needs credentials

Exit codes: 0 all is well, 1 something is not and it is said what to do, 70 a fault in this program.`;

run(async () => {
  const { values, file: address } = readArgumentsAndFile(COMMAND, process.argv.slice(2), {
    env: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return console.log(HELP);
  if (values.env !== undefined && address !== undefined)
    throw new UserError('A URL and --env were both given.', 'Give one of them.');

  const environment = values.env === undefined ? undefined : await readEnvironment(values.env);
  const url = readUrl(environment?.outputs.url ?? address ?? 'http://localhost:4000/');
  console.log(`${url.href}\n`);
  const options = {
    timeout: TIMEOUT_MS,
    pushTimeout: PUSH_TIMEOUT_MS,
    now: Date.now,
    logOf: logOf(values.env),
  };
  const findings: Finding[] = await lookFromOutside(url, options);
  if (environment) {
    const { lookFromInside } = await import('../aws/inside.ts');
    findings.push(...(await lookFromInside(environment.outputs)));
  }
  console.log(format(findings));
  const faults = findings.filter(({ state }) => state !== 'good').length;
  console.log(faults === 0 ? '\nAll is well.' : `\n${faults} of ${findings.length} need attention.`);
  if (faults > 0) process.exitCode = 1;
});

function logOf(environment: string | undefined): (station: string) => string {
  return (station) =>
    environment === undefined
      ? `the ${station}'s log (npm start -- --verbose; on AWS npm run logs -- --env NAME --station ${station})`
      : `its log: npm run logs -- --env ${environment} --station ${station}`;
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new UserError(
    `${JSON.stringify(text)} is no address of a page.`,
    'Give one such as https://example.com',
  );
}
