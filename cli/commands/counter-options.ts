/** Which counter a command works on: one in a data folder of this machine, or one of an environment on AWS. */
import { Option } from '@commander-js/extra-typings';
import { openLocalCounter, type OpenCounter } from '../local/counter.ts';
import { defineCommand } from '../terminal/command.ts';

export function defineCounterCommand(name: string, description: string) {
  return defineCommand(name, description)
    .option(
      '--data <folder>',
      'a counter on this machine (default: .data); DYNAMODB_ENDPOINT, where set, is used instead',
    )
    .addOption(
      new Option(
        '--env <name>',
        'an environment on AWS: production, or one of cloud-resume.json; needs credentials',
      ).conflicts('data'),
    );
}

interface Where {
  data?: string | undefined;
  env?: string | undefined;
  /** Whether to create a counter where the data folder has none. */
  create?: boolean;
}

/** @throws {UserError} where the counter does not exist or cannot be reached */
export async function withCounter(where: Where, use: (counter: OpenCounter) => Promise<void>): Promise<void> {
  const counter = await open(where);
  try {
    await use(counter);
  } finally {
    await counter.close();
  }
}

async function open({ data, env, create = false }: Where): Promise<OpenCounter> {
  if (env === undefined) return openLocalCounter(data, create);
  // AWS's clients are loaded only where they are needed, and so installed.
  const { openAwsCounter } = await import('../aws/environment.ts');
  return openAwsCounter(env);
}
