import { bundle } from '../../shared/bundle.ts';

let source: Promise<string> | undefined;

/** The runtime's bootstrap as one plain script for `node --eval`: function processes start without a TypeScript loader. */
export function runtimeSource(): Promise<string> {
  source ??= read().catch((error: unknown) => {
    source = undefined;
    throw error;
  });
  return source;
}

async function read(): Promise<string> {
  const script = await bundle('local-cloud/lambda/runtime/bootstrap.ts', {
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: false,
    minifyWhitespace: true,
  });
  return script.toString();
}
