/** The packages that Lambda's Node.js runtimes contain: a function may import them without bundling them. */
import Module, { createRequire, register } from 'node:module';

/** The version in `nodejs20.x`. */
export function versionOf(runtime: string): number {
  return Number(/\d+/.exec(runtime)?.[0]);
}

/** What the runtime contains: version 2 of the SDK until nodejs16.x, version 3 from nodejs18.x on. */
function providedBy(runtime: string): RegExp {
  return versionOf(runtime) < 18 ? /^aws-sdk(\/|$)/ : /^@(aws-sdk|smithy)\//;
}

/**
 * Lets `import` and `require` find the runtime's packages where the function's own folders do not have them.
 * @param from URL of a file whose packages they are
 */
export function providePackages(runtime: string, from: string): void {
  const provided = providedBy(runtime);
  const hooks = `export const resolve = (specifier, context, next) => next(specifier, context).catch((error) => {
    if (!${provided}.test(specifier)) throw error;
    return next(specifier, { ...context, parentURL: ${JSON.stringify(from)} }).catch(() => { throw error });
  });`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);

  type Resolve = (request: string, ...rest: unknown[]) => string;
  const commonJs = Module as unknown as { _resolveFilename: Resolve };
  const resolve = commonJs._resolveFilename;
  const fallback = createRequire(from);
  commonJs._resolveFilename = (request, ...rest) => {
    try {
      return resolve.call(Module, request, ...rest);
    } catch (error) {
      try {
        if (provided.test(request)) return fallback.resolve(request);
      } catch {
        // The first error names the function's file.
      }
      throw error;
    }
  };
}

/** How to get a package of AWS's SDK that a function did not find; `undefined` for other packages. */
export function remedyFor(
  message: string,
  runtime: string | undefined,
  taskRoot: string,
): string | undefined {
  const [, specifier = ''] = /Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
  const [name] = /^(aws-sdk|@(aws-sdk|smithy)\/[^/]+)/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const install = `Install it there: npm install --no-save --prefix ${taskRoot} ${name}`;
  if (runtime === undefined) return install;
  const verb = providedBy(runtime).test(specifier)
    ? 'contains it, this machine does not'
    : 'does not contain it';
  return `Lambda's ${runtime} ${verb}. ${install}`;
}
