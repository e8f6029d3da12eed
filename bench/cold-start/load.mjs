/** Loads the bundle named on the command line, in a process that has done nothing else, and prints how many milliseconds that took. */
import { pathToFileURL } from 'node:url';

const url = pathToFileURL(process.argv[2]).href;
const started = performance.now();
const { handler } = await import(url);
const ms = performance.now() - started;
if (typeof handler !== 'function') throw new Error(`${url} has no handler.`);
process.stdout.write(String(ms));
// Clients keep nothing open yet, but nothing should outlast the figure either.
process.exit(0);
