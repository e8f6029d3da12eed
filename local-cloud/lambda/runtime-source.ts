import { bundle } from '../../shared/bundle.ts';

/** The runtime's bootstrap as one plain script for `node --eval`: function processes start without a TypeScript loader. */
export async function runtimeSource(): Promise<string> {
  const script = await bundle('local-cloud/lambda/runtime/bootstrap.ts', {
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: false,
    minifyWhitespace: true,
  });
  return script.toString();
}
