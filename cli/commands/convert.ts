/** `npm run convert -- FILE`: turns another tool's export into JSON Resume. */
import { convert } from '../../site/convert/index.ts';
import { defineCommand } from '../terminal/command.ts';
import { refuseExisting, writeFileWhole } from '../terminal/output-file.ts';

export const command = defineCommand(
  'convert',
  "Converts LinkedIn's data archive (zip) or a Reactive Resume export (JSON) to JSON Resume.",
)
  .argument('<file>', 'the archive or export')
  .option('--out <file>', 'where the résumé goes; refused where it exists', 'converted.json')
  .option('--replace', 'replace that file', false)
  .action(async (file, { out, replace }) => {
    refuseExisting(out, replace);
    const { resume, from, warnings } = await convert(file);
    await writeFileWhole(out, `${JSON.stringify(resume, null, 2)}\n`);
    if (warnings) console.warn(`${warnings}\n`);
    console.log(
      `Converted ${from} to ${out}. Look at it: npm run build -- --resume ${out} --out dist/converted`,
    );
  });
