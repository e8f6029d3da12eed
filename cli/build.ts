/** `npm run build`: the site, and the functions beside it. */
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildFunctions } from '../functions/build.ts';
import { buildSite } from '../site/builder/index.ts';

const { values } = parseArgs({
  options: { resume: { type: 'string', default: 'resume.json' }, out: { type: 'string' } },
});
const outDirectory = values.out ?? 'dist/site';
const { manifest, warnings } = await buildSite({ resumeFile: values.resume, outDirectory });
if (!values.out) await buildFunctions({ outDirectory: resolve(dirname(outDirectory), 'functions') });
for (const warning of warnings) console.warn(warning);
console.log(`${manifest.files.length} files in ${outDirectory}`);
