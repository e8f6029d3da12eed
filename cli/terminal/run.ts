/** Runs a program's main function and turns what it throws into a message and an exit code. */
import { withTyped } from './command.ts';

// The SDK warns at every start that versions of 2027 will need Node 22; package.json's engines say what these versions need.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/**
 * Exit code 1 for what the user can fix: such errors carry a `remedy`. Anything else is a bug, shown with its stack and exit code 70
 * (EX_SOFTWARE).
 */
export function run(main: () => Promise<void>): void {
  // The reader may have seen enough, as in `npm run stats -- --csv | head`. A deploy must go on all the same.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  main().catch((error: unknown) => {
    if (error instanceof Error && 'remedy' in error) {
      console.error(withTyped(`\n${error.message}\n${String(error.remedy)}`));
      process.exit(1);
    }
    console.error('\nThis is a bug in Cloud Resume. Please report it with these lines:');
    console.error(error);
    process.exit(70);
  });
}
