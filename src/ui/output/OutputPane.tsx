import { lazy, Suspense } from 'react';
import { TabPanel, Tabs } from '../layout/Tabs';
import type { OutputTab } from '../store/state';
import { update, usePage } from '../store/store';
import { LogsPane } from './LogsPane';

const EventsPane = lazy(() => import('./EventsPane'));
const TerminalPane = lazy(() => import('./TerminalPane'));
const StatechartPane = lazy(() => import('./StatechartPane'));
const DescribePane = lazy(() => import('./DescribePane'));
const StatusPane = lazy(() => import('./StatusPane'));

const TABS: readonly { id: OutputTab; label: string }[] = [
  { id: 'logs', label: 'Logs' },
  { id: 'terminal', label: 'Terminal' },
  { id: 'events', label: 'Events' },
  { id: 'describe', label: 'Describe' },
  { id: 'status', label: 'Status' },
  { id: 'statechart', label: 'Statechart' },
];

const PANES = {
  logs: LogsPane,
  terminal: TerminalPane,
  events: EventsPane,
  describe: DescribePane,
  status: StatusPane,
  statechart: StatechartPane,
};

export function OutputPane() {
  const tab = usePage((state) => state.outputTab);
  const Pane = PANES[tab];
  return (
    <section className="pane" id="pane-output" aria-label="Logs, terminal, events" tabIndex={-1}>
      <div className="tabs">
        <Tabs
          name="output"
          label="What to show"
          items={TABS}
          active={tab}
          onSelect={(id) => update({ outputTab: id })}
        />
      </div>
      <TabPanel name="output" id={tab}>
        <Suspense fallback={<p className="cover">Loading …</p>}>
          <Pane />
        </Suspense>
      </TabPanel>
    </section>
  );
}
