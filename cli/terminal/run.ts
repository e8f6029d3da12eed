/** Runs a command's main function and turns what it throws into an answer for people and an exit code. */

// The SDK warns on every start that versions of 2027 will need Node 22; package.json's engines say what these need.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/**
 * Exit code 1 for what a person can mend: such errors carry a `remedy`. Anything else is a fault of ours and is shown
 * whole, with exit code 70 (EX_SOFTWARE).
 */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    if (error instanceof Error && 'remedy' in error) {
      console.error(`\n${error.message}\n${String(error.remedy)}`);
      process.exit(1);
    }
    console.error(
      '\nThis should not have happened; it is a fault in Cloud Resume. Please report it with these lines:',
    );
    console.error(error);
    process.exit(70);
  });
}
