import { useEffect, useRef } from 'react';
import { LIMITATIONS, type Limitation } from '../../lab/limitations';
import { BOUNDS } from '../explain/limits';
import { Dialog } from '../layout/Dialog';
import { fidelityLink } from '../layout/facts-link';
import { usePage } from '../store/store';

const GROUPS = [...new Set(LIMITATIONS.map(({ group }) => group))];

/** What is not simulated: what, what happens instead, and where one meets it. */
export default function LimitsPage() {
  const section = usePage((state) => state.pageSection);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (section === undefined) return;
    const item = content.current?.querySelector<HTMLElement>(`#limit-${CSS.escape(section)}`);
    item?.scrollIntoView({ block: 'start' });
    item?.focus();
  }, [section]);
  return (
    <Dialog title="What is not simulated" wide>
      <div className="limits-page" ref={content}>
        <p>
          Podlab is a model. Where it stops, it says so instead of making something up. How well the
          rest holds stands under <a href={fidelityLink()}>How true is it?</a>
        </p>
        {GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {LIMITATIONS.filter((one) => one.group === group).map((limitation) => (
                <Item
                  key={limitation.id}
                  limitation={limitation}
                  isNamed={limitation.id === section}
                />
              ))}
            </dl>
          </section>
        ))}
        <section
          id="limit-bounds"
          tabIndex={-1}
          aria-label="Bounds of the lab"
          className={section === 'bounds' ? 'named' : undefined}
        >
          <h3>Bounds of the lab</h3>
          <p>
            Hostile or endless input must not freeze the page, so the lab has bounds that a cluster
            has not. Under the Pod it says which one was met, with its number:
          </p>
          <p className="soft">{BOUNDS.join(' · ')}</p>
        </section>
      </div>
    </Dialog>
  );
}

interface ItemProps {
  readonly limitation: Limitation;
  readonly isNamed: boolean;
}

function Item({ limitation, isNamed }: ItemProps) {
  const { id, what, instead, met, kinds = [] } = limitation;
  return (
    <div id={`limit-${id}`} tabIndex={-1} className={isNamed ? 'item named' : 'item'}>
      <dt>{what}</dt>
      <dd>{instead}</dd>
      <dd className="soft">
        {kinds.length > 2 && <span className="mono">{kinds.join(', ')} · </span>}
        {met}.
      </dd>
    </div>
  );
}
