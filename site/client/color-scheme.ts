/** The light/dark switch. The choice is remembered; choosing what the system says anyway forgets it again. */

/** Key of the choice in localStorage: `light` or `dark`. */
const SCHEME_STORAGE_KEY = 'cloud-resume:color-scheme';

/** Runs before the first paint, so that a remembered choice never flashes. */
export function restoreColorScheme(root: HTMLElement): void {
  try {
    const chosen = localStorage.getItem(SCHEME_STORAGE_KEY);
    if (chosen === 'dark' || chosen === 'light') root.dataset['scheme'] = chosen;
  } catch {
    // Storage is blocked: the system's scheme it is.
  }
}

/** Brings the page's `data-scheme-switch` buttons to life; without this script they stay hidden. */
export function wireColorSchemeSwitch(page: Document): void {
  const root = page.documentElement;
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset['scheme'] ?? (systemDark.matches ? 'dark' : 'light')) === 'dark';
  page.querySelectorAll<HTMLElement>('[data-scheme-switch]').forEach((button) => {
    const reflect = () => {
      button.ariaPressed = String(isDark());
    };
    /** The browser's own frame takes the page's color. */
    const frame = () => {
      const color = getComputedStyle(page.body).backgroundColor;
      page
        .querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')
        .forEach((meta) => (meta.content = color));
    };
    button.hidden = false;
    button.onclick = () => {
      const chosen = isDark() ? 'light' : 'dark';
      const followsSystem = (chosen === 'dark') === systemDark.matches;
      if (followsSystem) delete root.dataset['scheme'];
      else root.dataset['scheme'] = chosen;
      try {
        if (followsSystem) localStorage.removeItem(SCHEME_STORAGE_KEY);
        else localStorage.setItem(SCHEME_STORAGE_KEY, chosen);
      } catch {
        // The choice lasts as long as the page.
      }
      reflect();
      frame();
    };
    systemDark.onchange = reflect;
    reflect();
    // Asking for a color before the first paint would hold it up; where nothing was chosen the page states it itself.
    if (root.dataset['scheme']) requestAnimationFrame(frame);
  });
}
