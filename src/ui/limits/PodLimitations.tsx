import { Info } from 'lucide-react';
import type { KubeObject } from '../../api/types';
import { limitationOf } from '../../lab/limitations';
import { remarkOnLimitedFields } from '../../lab/remarks/limitation-remarks';
import { podTextOf } from '../../lab/remarks/remark';
import { limitsLink } from '../layout/facts-link';
import type { ApiObject } from '../session/messages';
import { usePage } from '../store/store';

/** What of a stored Pod's spec has no effect in the lab. */
export default function PodLimitations({ path }: { readonly path: string }) {
  const object = usePage((state) => state.objects.get(`Pod/${path}`));
  const found = object ? limitationsOf(object) : [];
  if (found.length === 0) return null;
  return (
    <ul className="limits" aria-label="Not simulated">
      {found.map(({ id, what, instead }) => (
        <li key={id}>
          <Info size={14} />
          <span>
            <b>Not simulated: {what}.</b> {instead}{' '}
            <a href={limitsLink(id)}>What is not simulated</a>
          </span>
        </li>
      ))}
    </ul>
  );
}

function limitationsOf(object: ApiObject) {
  const pod = podTextOf(object as unknown as KubeObject);
  const findings = pod ? remarkOnLimitedFields(pod) : [];
  return findings.flatMap(({ limitation = '' }) => limitationOf(limitation) ?? []);
}
