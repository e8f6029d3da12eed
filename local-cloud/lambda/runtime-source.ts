import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

let source: Promise<string> | undefined;

/** The runtime's bootstrap as one plain script for `node --eval`: function processes start without a TypeScript loader. */
export function runtimeSource(): Promise<string> {
  source ??= bundle().catch((error: unknown) => {
    source = undefined;
    throw error;
  });
  return source;
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./runtime/bootstrap.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minifyWhitespace: true,
  });
  return result.outputFiles[0]!.text;
}
