/** The package.json of the npm package, derived from the repository's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM } from '../configuration/folders.ts';
import type { SourceCode } from '../../site/how/source-code.ts';

/** Programs and files that cannot be bundled. Everything else that the code imports is inside lib/. */
export const RUNTIME_DEPENDENCIES = [
  '@fontsource-variable/source-sans-3',
  '@fontsource-variable/source-serif-4',
  '@jsquash/webp',
  '@resvg/resvg-js',
  'subset-font',
];

/** Modules that others may import, by the name after `cloud-resume/`. */
export const PUBLIC_MODULES: Record<string, string> = {
  'contract/function-env': 'contract/function-env',
  'contract/messages': 'contract/messages',
  'contract/metrics': 'contract/metrics',
  'contract/site-manifest': 'contract/site-manifest',
  'contract/tables': 'contract/tables',
  'contract/visit': 'contract/visit',
  theme: 'site/resume/types',
  topology: 'local-cloud/topology',
};

interface RepositoryManifest {
  version: string;
  enginePlatforms: string[];
  optionalDependencies: Record<string, string>;
  [field: string]: unknown;
}

/** @param source where the code can be read */
export function packageManifest(source: SourceCode | undefined): Record<string, unknown> {
  const read = (file: string) => JSON.parse(readFileSync(join(PROGRAM, file), 'utf8')) as unknown;
  const { name, version, description, license, type, engines, enginePlatforms, optionalDependencies } = read(
    'package.json',
  ) as RepositoryManifest;
  const { packages } = read('package-lock.json') as { packages: Record<string, { version: string }> };
  return {
    name,
    version,
    description,
    keywords: ['resume', 'cv', 'json-resume', 'aws', 'terraform', 'visitor-counter'],
    license,
    // npm compares this with the provenance.
    ...(source && { repository: { type: 'git', url: `git+${source.url}.git` }, homepage: source.url }),
    type,
    engines,
    bin: { 'cloud-resume': 'cli/main.mjs' },
    files: ['.github', 'bundles', 'cli', 'contract', 'infra', 'lib', 'local-cloud', 'site'],
    exports: {
      ...Object.fromEntries(
        Object.entries(PUBLIC_MODULES).map(([path, module]) => [
          `./${path}`,
          { types: `./${module}.d.ts`, default: `./${module}.js` },
        ]),
      ),
      './configuration.schema.json': './cli/configuration/schema.json',
      './topology.schema.json': './local-cloud/topology.schema.json',
      './package.json': './package.json',
    },
    // Exactly the versions that the tests ran with.
    dependencies: Object.fromEntries(
      RUNTIME_DEPENDENCIES.map((name) => [name, packages[`node_modules/${name}`]!.version]),
    ),
    // Other platforms fetch theirs at first use (local-cloud/dynamodb/engine-binary.ts).
    optionalDependencies,
    enginePlatforms,
    // Only for the types of cloud-resume/topology.
    peerDependencies: { '@aws-sdk/client-dynamodb': '3' },
    peerDependenciesMeta: { '@aws-sdk/client-dynamodb': { optional: true } },
  };
}
