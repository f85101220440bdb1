import { Info } from 'lucide-react';
import { limitationOf } from '../../lab/limitations';
import { limitsLink } from '../layout/facts-link';

/** What of a stored Pod's spec has no effect in the lab. */
export default function PodLimitations({ ids }: { readonly ids: readonly string[] }) {
  return (
    <ul className="limits" aria-label="Not simulated">
      {ids
        .flatMap((id) => limitationOf(id) ?? [])
        .map(({ id, what, instead }) => (
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
