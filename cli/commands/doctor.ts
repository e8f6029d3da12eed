/** `npm run doctor`: checks a live site and says what to do where something is wrong. */
import { checkDirectRoute } from '../probes/counter-findings.ts';
import { checkFiles } from '../probes/files.ts';
import { fetchWithin } from '../probes/page.ts';
import { checkSite } from '../probes/site.ts';
import { formatFindings } from '../probes/finding.ts';
import { defineCommand } from '../terminal/command.ts';
import { webUrl } from '../terminal/options.ts';
import { UserError } from '../../shared/user-error.ts';

export const command = defineCommand(
  'doctor',
  'Checks a live site as two browsers do: page, headers, policy, files, certificate, WebSocket, the answer to hello, and the ' +
    'push when a second connection opens. Counts nothing and changes nothing.',
  {
    exitCodes:
      'Exit codes: 0 all is well, 1 something is wrong (the output says what to do), 70 a bug in Cloud Resume.',
  },
)
  .argument('[url]', 'the address of the page (default: http://localhost:4000/)')
  .option(
    '--env <name>',
    'an environment on AWS, which is also checked from inside: alarms, failure queue, stream; needs credentials',
  )
  .action(async (address, { env }) => {
    if (env !== undefined && address !== undefined)
      throw new UserError('A URL and --env were both given.', 'Give one of them.');
    // AWS's clients are loaded only where they are needed, and so installed.
    const outputs =
      env === undefined
        ? undefined
        : (await (await import('../aws/environment.ts')).readEnvironment(env)).outputs;
    const url = webUrl('The URL')(outputs?.url ?? address ?? 'http://localhost:4000/');
    console.log(`${url.href}\n`);
    const findings = await checkSite(url, {
      timeout: 10_000,
      pushTimeout: 30_000,
      now: Date.now,
      logOf: (component) =>
        env === undefined
          ? `the ${component}'s log (npm start -- --verbose; on AWS npm run logs -- --env NAME --component ${component})`
          : `its log: npm run logs -- --env ${env} --component ${component}`,
    });
    if (outputs) {
      const probe = {
        endpoint: outputs.directCounterEndpoint,
        origin: url.origin,
        timeout: 10_000,
        pushTimeout: 10_000,
      };
      findings.push(await checkDirectRoute(probe));
      findings.push(await checkFiles(url, outputs.siteFiles, fetchWithin(10_000)));
      findings.push(...(await (await import('../aws/health.ts')).checkEnvironment(outputs)));
    }
    console.log(formatFindings(findings));
    const faults = findings.filter(({ state }) => state !== 'good').length;
    const verb = faults === 1 ? 'needs' : 'need';
    console.log(faults === 0 ? '\nAll is well.' : `\n${faults} of ${findings.length} ${verb} attention.`);
    if (faults > 0) process.exitCode = 1;
  });
