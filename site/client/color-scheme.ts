/** The light/dark switch. It stores a choice only while that differs from the system's scheme. */

/** Key of the choice in localStorage: `light` or `dark`. */
const SCHEME_STORAGE_KEY = 'cloud-resume:color-scheme';

/** Must run before the first paint: otherwise a stored choice flashes. */
export function restoreColorScheme(root: HTMLElement): void {
  try {
    const chosen = localStorage.getItem(SCHEME_STORAGE_KEY);
    if (chosen === 'dark' || chosen === 'light') root.dataset['scheme'] = chosen;
  } catch {
    // Storage is blocked: keep the system's scheme.
  }
}

/** Shows and activates the `data-scheme-switch` buttons. */
export function wireColorSchemeSwitch(page: Document): void {
  const root = page.documentElement;
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset['scheme'] ?? (systemDark.matches ? 'dark' : 'light')) === 'dark';
  page.querySelectorAll<HTMLElement>('[data-scheme-switch]').forEach((button) => {
    const reflect = () => {
      button.ariaPressed = String(isDark());
    };
    /** Gives the browser's frame the page's colour. */
    const paintFrame = () => {
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
        // Storage is blocked: the choice lasts until the page is closed.
      }
      reflect();
      paintFrame();
    };
    systemDark.onchange = reflect;
    reflect();
    // Reading a computed colour before the first paint delays it. Without a choice, the markup already has the right colour.
    if (root.dataset['scheme']) requestAnimationFrame(paintFrame);
  });
}
