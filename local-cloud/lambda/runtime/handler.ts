import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import type { Context } from 'aws-lambda';
import type { FunctionError } from '../../invocation.ts';
import { remedyFor, versionOf } from './provided-packages.ts';

export type HandlerContext = Omit<Context, 'clientContext' | 'identity' | 'done' | 'fail' | 'succeed'>;
type Callback = (error?: unknown, result?: unknown) => void;
export type Handler = (event: unknown, context: HandlerContext, callback: Callback) => unknown;

/** Lambda dropped callbacks with Node.js 24. */
const takesCallbacks = (runtime: string | undefined) => runtime !== undefined && versionOf(runtime) < 24;

/** Precedes a message of the runtime on stdout, between the lines that the handler writes. */
export const MESSAGE_MARK = '\0message\0';

/** An error with the type that Lambda's runtime reports for it. */
class RuntimeError extends Error {
  constructor(errorType: string, message: string) {
    super(message);
    this.name = errorType;
  }
}

/**
 * Loads `index.handler`: export `handler` of module `index` (`.mjs`, `.js` or `.cjs`) in `taskRoot`.
 * @param runtime `nodejs20.x`; by default the newest
 * @throws with the error types of Lambda's Node.js runtime, or what the module throws while it loads
 */
export async function loadHandler(
  taskRoot: string,
  handlerName: string,
  runtime: string | undefined,
): Promise<Handler> {
  const match = /^(.+?)\.([^./]+)$/.exec(handlerName);
  if (!match) throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler: ${handlerName}`);
  const [, moduleName, exportName] = match as unknown as [string, string, string];
  const exports = await importModule(taskRoot, moduleName, runtime);
  const handler =
    exports[exportName] ?? (exports['default'] as Record<string, unknown> | undefined)?.[exportName];
  if (handler === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  }
  // It would only ever time out.
  if (handler.length > 2 && !takesCallbacks(runtime)) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      `${handlerName} takes a callback, which Lambda supports until nodejs22.x. Make it an async function that returns its answer.`,
    );
  }
  return handler as Handler;
}

/**
 * Runs the handler, which returns a promise or, in runtimes that allow it, calls its third argument. Unless the handler sets
 * `callbackWaitsForEmptyEventLoop` to false, a result that it passes to the callback waits until nothing else is running; `null` is the
 * result if it never calls back.
 */
export function answerOf(
  handler: Handler,
  event: unknown,
  context: HandlerContext,
  runtime: string | undefined,
): unknown {
  if (!takesCallbacks(runtime)) return handler(event, context, () => {});
  return new Promise((resolve, reject) => {
    let answer: unknown = null;
    let isSettled = false;
    // Waiting for the next event must not count as running.
    const whenIdle = () => settle(() => resolve(answer));
    function settle(outcome: () => void): void {
      if (isSettled) return;
      isSettled = true;
      process.off('beforeExit', whenIdle);
      process.channel?.ref();
      outcome();
    }
    const returned = handler(event, context, (error, result) => {
      answer = result;
      if (error !== undefined && error !== null) settle(() => reject(error as Error));
      else if (!context.callbackWaitsForEmptyEventLoop) settle(() => resolve(result));
    });
    if (types.isPromise(returned)) {
      returned.then(
        (result) => settle(() => resolve(result)),
        (error: Error) => settle(() => reject(error)),
      );
    } else if (!isSettled) {
      process.once('beforeExit', whenIdle);
      process.channel?.unref();
    }
  });
}

async function importModule(
  taskRoot: string,
  moduleName: string,
  runtime: string | undefined,
): Promise<Record<string, unknown>> {
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
      const message = String(error);
      const remedy = remedyFor(message, runtime, taskRoot);
      throw new RuntimeError(
        'Runtime.ImportModuleError',
        remedy ? `${message.split('\n')[0]}. ${remedy}` : message,
      );
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
