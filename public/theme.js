// Sets the theme before the first paint. A file of its own: the page's policy allows no inline scripts.
(() => {
  let chosen = 'system';
  try {
    chosen = localStorage.getItem('podlab-theme') ?? 'system';
  } catch {
    // Storage may be forbidden.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const forced = matchMedia('(forced-colors: active)').matches;
  const contrast = forced ? dark : matchMedia('(prefers-contrast: more)').matches;
  const system = contrast ? 'contrast' : dark ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'system' ? system : chosen;
})();
