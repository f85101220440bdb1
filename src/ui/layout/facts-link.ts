import { update, usePage } from '../store/store';

/** The whole address: assistive tools take a bare fragment for a place in this page. */
function here(fragment: string): string {
  return `${location.origin}${location.pathname}${location.search}${fragment}`;
}

/** The page of what passes, table by table. */
export function fidelityLink(): string {
  return here('#fidelity');
}

/** The page of what is not simulated; with an item's id it is shown first. */
export function limitsLink(id?: string): string {
  return here(id === undefined ? '#limits' : `#limits=${id}`);
}

const LINK = /^#(fidelity|limits)(?:=([\w-]+))?$/;

/** Opens the page that the address names, if it names one. */
function openNamed(): void {
  const [, dialog, pageSection] = LINK.exec(location.hash) ?? [];
  if (dialog === 'fidelity' || dialog === 'limits') update({ dialog, pageSection });
}

/** Follows links to the pages of facts, and takes the address back when one is closed. */
export function followFactsLinks(): () => void {
  openNamed();
  window.addEventListener('hashchange', openNamed);
  const unsubscribe = usePage.subscribe(({ dialog }, before) => {
    if (dialog === undefined && before.dialog !== undefined && LINK.test(location.hash)) {
      history.replaceState(null, '', location.pathname + location.search);
    }
  });
  return () => {
    window.removeEventListener('hashchange', openNamed);
    unsubscribe();
  };
}
