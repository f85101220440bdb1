/**
 * What the page may load: its own files, nothing else, and no code made from text.
 * Monaco and xterm write their rules into <style> elements, hence 'unsafe-inline' for styles;
 * Monaco's style sheet holds small pictures as data: addresses.
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
