import { useMemo, useState } from 'react';
import { stringify } from 'yaml';
import { ScrollArea } from '../layout/ScrollArea';
import { useSelectedPod } from '../picture/use-selected-pod';
import { objectKey } from '../session/messages';
import { usePage } from '../store/store';
import { YamlText } from './YamlText';

const PARTS = ['status', 'spec', 'metadata', 'all'] as const;
type Part = (typeof PARTS)[number];

/** The pod as the API server has it, in YAML. */
export default function StatusPane() {
  const [part, setPart] = useState<Part>('status');
  const pod = useSelectedPod();
  const object = usePage((state) =>
    pod
      ? state.objects.get(objectKey({ apiVersion: 'v1', kind: 'Pod', metadata: pod }))
      : undefined,
  );
  const text = useMemo(() => {
    if (!object) return '';
    const fields = object as unknown as Readonly<Record<string, unknown>>;
    const shown = part === 'all' ? fields : { [part]: fields[part] };
    return stringify(shown, { lineWidth: 0, indentSeq: false });
  }, [object, part]);
  return (
    <>
      <div className="toolbar">
        <fieldset className="segmented slim" aria-label="Part of the object">
          {PARTS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === part}
              onClick={() => setPart(one)}
            >
              {one}
            </button>
          ))}
        </fieldset>
        <span className="grow" />
        <code className="told-by">
          {pod &&
            `kubectl get pod ${pod.name}${pod.namespace === 'default' ? '' : ` -n ${pod.namespace}`} -o yaml`}
        </code>
      </div>
      <ScrollArea label="The object in YAML">
        {text ? <YamlText text={text} /> : <p className="cover">There is no pod to show.</p>}
      </ScrollArea>
    </>
  );
}
