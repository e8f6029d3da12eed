import { types } from 'node:util';
import type { FunctionError } from '../invocation.ts';

/** An error that already carries the type that Lambda's runtime reports for it. */
export class RuntimeError extends Error {
  constructor(errorType: string, message: string) {
    super(message);
    this.name = errorType;
  }
}

/** Anything thrown, in the shape in which Lambda's Node.js runtime reports it. */
export function describeThrown(thrown: unknown): FunctionError {
  if (types.isNativeError(thrown)) {
    return {
      errorType: thrown.name,
      errorMessage: thrown.message,
      trace: (thrown.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof thrown, errorMessage: text(thrown), trace: [] };
}

function text(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'unknown';
  }
}
