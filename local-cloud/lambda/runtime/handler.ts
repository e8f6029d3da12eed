import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import type { FunctionError } from '../../invocation.ts';

export type Handler = (event: unknown, context: unknown) => unknown;

/** Separates the lines of two events on stdout, which is not in step with the channel of the answers. */
export const END_OF_EVENT = '\0end of event\0';

/** An error with the type that Lambda's runtime reports for it. */
class RuntimeError extends Error {
  constructor(errorType: string, message: string) {
    super(message);
    this.name = errorType;
  }
}

/**
 * Loads `index.handler`: export `handler` of module `index` (`.mjs`, `.js` or `.cjs`) in `taskRoot`.
 * @throws with the error types of Lambda's Node.js runtime, or what the module throws while it loads
 */
export async function loadHandler(taskRoot: string, handlerName: string): Promise<Handler> {
  const match = /^(.+?)\.([^./]+)$/.exec(handlerName);
  if (!match) throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler: ${handlerName}`);
  const [, moduleName, exportName] = match as unknown as [string, string, string];
  const exports = await importModule(taskRoot, moduleName);
  const handler =
    exports[exportName] ?? (exports['default'] as Record<string, unknown> | undefined)?.[exportName];
  if (handler === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  }
  // Lambda dropped the callback signature with Node.js 24; here it would only ever time out.
  if (handler.length > 2) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      `${handlerName} takes a callback. Make it an async function that returns its answer.`,
    );
  }
  return handler as Handler;
}

async function importModule(taskRoot: string, moduleName: string): Promise<Record<string, unknown>> {
  const path = ['.mjs', '.js', '.cjs'].map((ending) => join(taskRoot, moduleName + ending)).find(existsSync);
  if (!path) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${moduleName}' in ${taskRoot}`,
    );
  }
  try {
    // Like Lambda's runtime: it loads faster than through import().
    const load = path.endsWith('.cjs') ? createRequire(path)(path) : import(pathToFileURL(path).href);
    return (await load) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    }
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
}

/** Anything thrown, in the shape in which Lambda's Node.js runtime reports it. */
export function describeThrown(thrown: unknown): FunctionError {
  if (types.isNativeError(thrown)) {
    const { name, message, stack = '' } = thrown;
    return { errorType: name, errorMessage: message, trace: stack.split('\n') };
  }
  let errorMessage = 'unknown';
  try {
    errorMessage = String(thrown);
  } catch {
    // An object whose toString throws.
  }
  return { errorType: typeof thrown, errorMessage, trace: [] };
}
