import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './ui/layout/App';
import { startLab } from './ui/store/lab';

startLab(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'podlab' }),
);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
