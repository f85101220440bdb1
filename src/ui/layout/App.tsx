import { lazy, Suspense, useEffect } from 'react';
import { startAutosave } from '../store/autosave';
import { lab } from '../store/lab';
import { notify, usePage } from '../store/store';
import { BranchNotice } from './BranchNotice';
import { FlowBanner } from './FlowBanner';
import { followFactsLinks } from './facts-link';
import { Header } from './Header';
import { NarrowWorkbench } from './NarrowWorkbench';
import { Notices } from './Notices';
import { useNarrow } from './use-media';
import { useShortcuts } from './use-shortcuts';
import { useDocumentTheme } from './use-theme';
import { Workbench } from './Workbench';

const FaultDialog = lazy(() => import('../faults/FaultDialog'));
const FidelityPage = lazy(() => import('../fidelity/FidelityPage'));
const LimitsPage = lazy(() => import('../limits/LimitsPage'));
const ShareDialog = lazy(() => import('./ShareDialog'));
const ShortcutsDialog = lazy(() => import('./ShortcutsDialog'));
const WhatIfDialog = lazy(() => import('../what-if/WhatIfDialog'));

export function App() {
  useDocumentTheme();
  useShortcuts();
  useVisibility();
  useAutosave();
  useEffect(followFactsLinks, []);
  const isNarrow = useNarrow();
  const dialog = usePage((state) => state.dialog);
  const faultRequest = usePage((state) => state.faultRequest);
  return (
    <div className="page">
      {!isNarrow && (
        <nav className="skip-links" aria-label="Skip to">
          <a href="#pane-editor">Skip to the editor</a>
          <a href="#pane-pod">Skip to the pod</a>
          <a href="#pane-output">Skip to logs and terminal</a>
        </nav>
      )}
      <Header />
      <main className="workbench">{isNarrow ? <NarrowWorkbench /> : <Workbench />}</main>
      <Suspense>
        {dialog === 'share' && <ShareDialog />}
        {dialog === 'shortcuts' && <ShortcutsDialog />}
        {dialog === 'fault' && faultRequest && <FaultDialog request={faultRequest} />}
        {dialog === 'what if' && <WhatIfDialog />}
        {dialog === 'fidelity' && <FidelityPage />}
        {dialog === 'limits' && <LimitsPage />}
      </Suspense>
      <BranchNotice />
      <FlowBanner />
      <Notices />
    </div>
  );
}

/** Time in the lab rests while nobody sees it. */
function useVisibility(): void {
  const isReady = usePage((state) => state.flow === 'ready');
  useEffect(() => {
    if (!isReady) return;
    const tell = () => void lab().setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [isReady]);
}

function useAutosave(): void {
  const isReady = usePage((state) => state.flow === 'ready');
  useEffect(() => {
    if (!isReady) return;
    return startAutosave(() =>
      notify({
        tone: 'bad',
        text: 'This browser keeps nothing for this page: export your work before you leave.',
      }),
    );
  }, [isReady]);
}
