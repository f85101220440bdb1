// Sets the theme before the first paint. A file of its own: the page's policy allows no inline scripts.
(() => {
  let chosen = 'system';
  try {
    chosen = localStorage.getItem('podlab-theme') ?? 'system';
  } catch {
    // Storage may be forbidden.
  }
  const system = matchMedia('(prefers-contrast: more), (forced-colors: active)').matches
    ? 'contrast'
    : matchMedia('(prefers-color-scheme: dark)').matches
      ? 'dark'
      : 'light';
  document.documentElement.dataset.theme = chosen === 'system' ? system : chosen;
})();
