import { Group, Panel, Separator } from 'react-resizable-panels';
import { EditorPane } from '../editor/EditorPane';
import { LessonPane } from '../lesson/LessonPane';
import { OutputPane } from '../output/OutputPane';
import { PodPane } from '../picture/PodPane';
import { update, usePage } from '../store/store';
import { TimelinePane } from '../timeline/TimelinePane';

function keepLayout(group: string, layout: Readonly<Record<string, number>>): void {
  const { layouts } = usePage.getState();
  update({ layouts: { ...layouts, [group]: layout } });
}

/** All panes at once, with boundaries that can be dragged or moved with the arrow keys. */
export function Workbench() {
  const hasLesson = usePage((state) => state.lessonPaneOpen);
  const { layouts } = usePage.getState();
  const above = hasLesson ? 'above with lesson' : 'above';
  return (
    <Group
      id="rows"
      orientation="vertical"
      defaultLayout={layouts.rows}
      onLayoutChanged={(layout) => keepLayout('rows', layout)}
    >
      <Panel id="top" defaultSize="67%" minSize="25%">
        <Group
          id={above}
          key={above}
          orientation="horizontal"
          defaultLayout={layouts[above]}
          onLayoutChanged={(layout) => keepLayout(above, layout)}
        >
          {hasLesson && (
            <>
              <Panel id="lesson" defaultSize="21%" minSize="200px">
                <LessonPane />
              </Panel>
              <Separator className="separator" aria-label="Between lesson and editor" />
            </>
          )}
          <Panel id="editor" defaultSize={hasLesson ? '36%' : '44%'} minSize="240px">
            <EditorPane />
          </Panel>
          <Separator className="separator" aria-label="Between editor and pod" />
          <Panel id="pod" minSize="280px">
            <PodPane />
          </Panel>
        </Group>
      </Panel>
      <Separator className="separator" aria-label="Between the rows" />
      <Panel id="bottom" minSize="15%">
        <Group
          id="below"
          orientation="horizontal"
          defaultLayout={layouts.below}
          onLayoutChanged={(layout) => keepLayout('below', layout)}
        >
          <Panel id="timeline" defaultSize="52%" minSize="260px">
            <TimelinePane />
          </Panel>
          <Separator className="separator" aria-label="Between timeline and logs" />
          <Panel id="output" minSize="260px">
            <OutputPane />
          </Panel>
        </Group>
      </Panel>
    </Group>
  );
}
