/** The smoke test of an environment that is live, without deploying it. A step of a workflow. */
import { readArguments } from '../arguments.ts';
import { loadConfiguration } from '../configuration/index.ts';
import { smokeTest } from '../deploy/smoke-test.ts';
import { flagOf, readEnvironmentOutputs } from '../environment-outputs.ts';
import { run } from '../run.ts';

run(async () => {
  const { env } = readArguments('cli/pipeline/smoke.ts', process.argv.slice(2), { env: { type: 'string' } });
  const configuration = await loadConfiguration({ environment: env });
  const { url, counterEndpoint } = await readEnvironmentOutputs(configuration);
  const { count, pushed } = await smokeTest({
    url,
    counterEndpoint,
    doctor: `npm run doctor${flagOf(configuration)}`,
  });
  console.log(
    `${url}: a second connection was pushed to the first after ${pushed} ms; the count is ${count}.`,
  );
});
