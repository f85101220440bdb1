import { BookOpen, Boxes, ChartGantt, FileCode2, SquareTerminal } from 'lucide-react';
import { EditorPane } from '../editor/EditorPane';
import { LessonPane } from '../lesson/LessonPane';
import { OutputPane } from '../output/OutputPane';
import { PodPane } from '../picture/PodPane';
import type { NarrowTab } from '../store/state';
import { update, usePage } from '../store/store';
import { TimelinePane } from '../timeline/TimelinePane';
import { TabPanel, Tabs } from './Tabs';

const TABS: readonly { id: NarrowTab; word: string; Icon: typeof BookOpen }[] = [
  { id: 'lesson', word: 'Lesson', Icon: BookOpen },
  { id: 'editor', word: 'Editor', Icon: FileCode2 },
  { id: 'pod', word: 'Pod', Icon: Boxes },
  { id: 'timeline', word: 'Timeline', Icon: ChartGantt },
  { id: 'output', word: 'Output', Icon: SquareTerminal },
];

const PANES = {
  lesson: LessonPane,
  editor: EditorPane,
  pod: PodPane,
  timeline: TimelinePane,
  output: OutputPane,
};

/** One pane at a time; the others are a tab away. */
export function NarrowWorkbench() {
  const tab = usePage((state) => state.narrowTab);
  const Pane = PANES[tab];
  const items = TABS.map(({ id, word, Icon }) => ({
    id,
    label: (
      <>
        <Icon size={18} />
        {word}
      </>
    ),
  }));
  return (
    <div className="narrow">
      <TabPanel name="narrow" id={tab}>
        <Pane />
      </TabPanel>
      <Tabs
        className="narrow-tabs"
        name="narrow"
        label="Panes"
        items={items}
        active={tab}
        onSelect={(id) => update({ narrowTab: id })}
      />
    </div>
  );
}
