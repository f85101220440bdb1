import { ScrollArea } from '../layout/ScrollArea';
import { useSelectedPod } from '../picture/use-selected-pod';
import { useInspected } from './use-inspected';

/** `kubectl describe pod`, by the lab's own kubectl. */
export default function DescribePane() {
  const pod = useSelectedPod();
  const n = pod && pod.namespace !== 'default' ? ` -n ${pod.namespace}` : '';
  const command = pod && `kubectl describe pod ${pod.name}${n}`;
  const outcome = useInspected(command);
  return (
    <>
      <div className="toolbar">
        <span className="grow" />
        <code className="told-by">{command}</code>
      </div>
      <ScrollArea label="Description of the pod">
        {outcome ? (
          <pre className="text-output">{outcome.stdout || outcome.stderr}</pre>
        ) : (
          <p className="cover">{pod ? 'Asking kubectl …' : 'There is no pod to describe.'}</p>
        )}
      </ScrollArea>
    </>
  );
}
