import type { Download } from '../theme/footer.ts';
import type { BuiltFile } from './output.ts';

/** What a theme, ours or a published one, makes of a résumé. */
export interface RenderedTheme {
  /** The page. Themes that know where may show the downloads. */
  html(downloads: Download[]): string;
  contentSecurityPolicy: string;
  /** What belongs to the page, `404.html` among it. */
  files: BuiltFile[];
  warnings: string[];
}
