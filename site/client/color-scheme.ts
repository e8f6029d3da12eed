/** The light/dark switch. It stores a choice only while that differs from the system's scheme. */
import { read, write } from './storage.ts';

/** Key of the choice in localStorage: `light` or `dark`. */
const SCHEME_STORAGE_KEY = 'cloud-resume:color-scheme';
const storage = () => localStorage;

/** Must run before the first paint: otherwise a stored choice flashes. */
export function restoreColorScheme(root: HTMLElement): void {
  const chosen = read(storage, SCHEME_STORAGE_KEY);
  if (chosen === 'dark' || chosen === 'light') root.dataset['scheme'] = chosen;
}

/** Shows and activates the `data-scheme-switch` button. */
export function wireColorSchemeSwitch(page: Document): void {
  const button = page.querySelector<HTMLElement>('[data-scheme-switch]');
  if (!button) return;
  const root = page.documentElement;
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset['scheme'] ?? (systemDark.matches ? 'dark' : 'light')) === 'dark';
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
    write(storage, SCHEME_STORAGE_KEY, followsSystem ? null : chosen);
    reflect();
    paintFrame();
  };
  systemDark.onchange = reflect;
  reflect();
  // Reading a computed colour before the first paint delays it. Without a choice, the markup already has the right colour.
  if (root.dataset['scheme']) requestAnimationFrame(paintFrame);
}
