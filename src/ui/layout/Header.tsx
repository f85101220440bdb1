import {
  BadgeCheck,
  ChevronDown,
  CircleSlash,
  Download,
  Ellipsis,
  FilePlus2,
  Keyboard,
  Monitor,
  Moon,
  PanelLeft,
  Share2,
  SunMedium,
  SunMoon,
  Upload,
} from 'lucide-react';
import { useState } from 'react';
import { Library } from '../lesson/Library';
import { SearchField } from '../lesson/SearchField';
import { useLessons } from '../lesson/use-lessons';
import { useOriginTitle } from '../lesson/use-origin-title';
import { exportWork, importWork } from '../link/work-file';
import { openEmptyLab } from '../store/lab';
import type { Theme } from '../store/state';
import { update, usePage } from '../store/store';
import { BusyChip } from './BusyChip';
import { fidelityLink, limitsLink } from './facts-link';
import { Menu, MenuItem } from './Menu';
import { Transport } from './Transport';
import { useNarrow } from './use-media';

export function Header() {
  return (
    <header className="header">
      <h1 className="brand">
        <Mark />
        <span className="brand-name">Podlab</span>
      </h1>
      <LessonToggle />
      <Crumb />
      <div className="grow" />
      <BusyChip />
      <div className="transport-row">
        <Transport />
      </div>
      <button
        type="button"
        className="button"
        onClick={() => update({ dialog: 'share' })}
        aria-label="Share this lab"
      >
        <Share2 size={14} />
        <span className="label">Share</span>
      </button>
      <ThemeMenu />
      <MoreMenu />
      <BusyBar />
    </header>
  );
}

function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <rect
        x="1"
        y="1"
        width="18"
        height="18"
        rx="5"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2"
      />
      <rect x="5" y="5" width="4.2" height="4.2" rx="1.2" fill="var(--accent)" />
      <rect x="10.8" y="5" width="4.2" height="4.2" rx="1.2" fill="var(--accent)" />
      <rect x="5" y="10.8" width="10" height="4.2" rx="1.2" fill="var(--accent)" opacity="0.55" />
    </svg>
  );
}

function LessonToggle() {
  const isOpen = usePage((state) => state.lessonPaneOpen);
  const isNarrow = useNarrow();
  if (isNarrow) return null;
  const label = isOpen ? 'Hide the lesson pane' : 'Show the lesson pane';
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-expanded={isOpen}
      onClick={() => update({ lessonPaneOpen: !isOpen })}
    >
      <PanelLeft size={16} />
    </button>
  );
}

function Crumb() {
  // Here, because this is always there: a link may ask for a lesson whose pane is not shown.
  useLessons();
  const title = useOriginTitle();
  const [wanted, setWanted] = useState('');
  return (
    <Menu
      label="Lessons and examples"
      className="button quiet crumb"
      button={
        <>
          {title.chapter && <span className="chapter">{title.chapter} ▸</span>}
          <span>
            <b>{title.name}</b>
          </span>
          <ChevronDown size={14} />
        </>
      }
      above={<SearchField wanted={wanted} onChange={setWanted} />}
      onClose={() => setWanted('')}
    >
      <Library wanted={wanted} />
    </Menu>
  );
}

const THEMES: readonly { id: Theme; label: string }[] = [
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
  { id: 'contrast', label: 'High contrast' },
  { id: 'system', label: 'As the system' },
];

function ThemeMenu() {
  const theme = usePage((state) => state.theme);
  const Icon = { light: SunMedium, dark: Moon, contrast: SunMoon, system: Monitor }[theme];
  return (
    <Menu label="Theme" button={<Icon size={16} />}>
      {THEMES.map(({ id, label }) => (
        <MenuItem key={id} checked={theme === id} onSelect={() => update({ theme: id })}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}

function MoreMenu() {
  return (
    <Menu label="More" button={<Ellipsis size={16} />}>
      <MenuItem
        icon={<Download size={15} />}
        onSelect={exportWork}
        hint="Files, run and progress in one file"
      >
        Export my work
      </MenuItem>
      <MenuItem icon={<Upload size={15} />} onSelect={importWork}>
        Import …
      </MenuItem>
      <hr />
      <MenuItem
        icon={<FilePlus2 size={15} />}
        onSelect={openEmptyLab}
        hint="Keeps the editor’s files"
      >
        Start with an empty cluster
      </MenuItem>
      <MenuItem icon={<Keyboard size={15} />} onSelect={() => update({ dialog: 'shortcuts' })}>
        Keyboard shortcuts
      </MenuItem>
      <hr />
      <MenuItem
        icon={<BadgeCheck size={15} />}
        onSelect={() => {
          location.href = fidelityLink();
        }}
        hint="Table by table, against Kubernetes 1.36"
      >
        How true is it?
      </MenuItem>
      <MenuItem
        icon={<CircleSlash size={15} />}
        onSelect={() => {
          location.href = limitsLink();
        }}
      >
        What is not simulated
      </MenuItem>
    </Menu>
  );
}

function BusyBar() {
  const busy = usePage((state) => state.busy);
  if (busy?.what !== 'replaying' || busy.to <= busy.from) return null;
  const share = (busy.at - busy.from) / (busy.to - busy.from);
  return (
    <div
      className="busy"
      role="progressbar"
      aria-label="Replaying"
      aria-valuenow={Math.round(share * 100)}
    >
      <i style={{ width: `${share * 100}%` }} />
    </div>
  );
}
