import { answerOf, type ContainerFate, fateOf, type PodFate } from './compare';
import { stretchesInWords, stretchesOf } from './future-lanes';
import type { FutureOutcome } from './run-future';
import { FOLLOWED_MS } from './use-futures';

/** Virtual ms before the future that its lanes show. */
const LEAD_MS = 15_000;

interface FutureViewProps {
  readonly outcome: FutureOutcome;
  readonly nothing: FutureOutcome;
  readonly without: PodFate;
  readonly at: number;
}

/** One future beside the one in which nothing happens: an answer, facts, lanes. */
export function FutureView({ outcome, nothing, without, at }: FutureViewProps) {
  const fate = fateOf(outcome, at);
  const from = Math.max(0, at - LEAD_MS);
  const to = at + FOLLOWED_MS;
  const begin = ((at - from) / (to - from)) * 100;
  return (
    <>
      <p className="future-answer">{answerOf(fate, without)}</p>
      <ul className="future-facts" aria-label="What changes and what stays">
        {factsOf(fate).map(({ text, stays }) => (
          <li key={text} className={stays ? 'stays' : 'changes'}>
            <span aria-hidden="true">{stays ? '=' : '≠'}</span> {text}
          </li>
        ))}
      </ul>
      <table className="future-lanes" aria-label="Lanes: this future above, without it below">
        <thead>
          <tr>
            <th scope="col">Container</th>
            <th scope="col" className="lanes-head">
              <span className="hidden-visually">Lanes</span>
              <Axis begin={begin} />
            </th>
            <th scope="col">Restarts</th>
          </tr>
        </thead>
        <tbody>
          {fate.containers.map((container) => (
            <tr key={container.name}>
              <th scope="row">
                {container.name}
                {container.kind !== 'regular' && <span className="role"> {container.kind}</span>}
              </th>
              <td className="pair">
                <i className="begin" style={{ left: `${begin}%` }} />
                <Lane
                  what="in this future"
                  stretches={stretchesOf(outcome.records, container.name, from, to)}
                />
                <Lane
                  what="if nothing happens"
                  muted
                  stretches={stretchesOf(nothing.records, container.name, from, to)}
                />
              </td>
              <Restarts
                container={container}
                idle={without.containers.find(({ name }) => name === container.name)}
              />
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">Above: this future. Below, pale: nothing happens.</p>
    </>
  );
}

function factsOf(fate: PodFate): { text: string; stays: boolean }[] {
  if (fate.identity === 'gone') {
    return [
      { text: 'the Pod is gone', stays: false },
      ...fate.volumes.map(({ name }) => ({ text: `volume ${name} is gone`, stays: false })),
    ];
  }
  const same = fate.identity === 'same';
  return [
    { text: same ? 'same Pod, same UID' : 'another Pod: new UID', stays: same },
    { text: fate.ipChanged ? 'new IP' : 'same IP', stays: !fate.ipChanged },
    { text: fate.newSandbox ? 'new sandbox' : 'same sandbox', stays: !fate.newSandbox },
    ...(fate.containers.some(({ kind }) => kind === 'init')
      ? [
          {
            text: fate.initsAgain
              ? 'init containers run again'
              : 'init containers do not run again',
            stays: !fate.initsAgain,
          },
        ]
      : []),
    ...fate.volumes
      .filter((volume) => volume.fate !== 'empty')
      .map((volume) => ({
        text: `files of ${volume.name} ${volume.fate}`,
        stays: volume.fate === 'kept',
      })),
    ...(/^(Failed|Error|Succeeded|Completed)$/.test(fate.status)
      ? [{ text: `STATUS ${fate.status}`, stays: false }]
      : []),
  ];
}

interface RestartsProps {
  readonly container: ContainerFate;
  readonly idle: ContainerFate | undefined;
}

function Restarts({ container, idle }: RestartsProps) {
  const { more, restarts, word } = container;
  const differs = more > (idle?.more ?? 0);
  if (word === 'gone') return <td className="num soft">gone</td>;
  return (
    <td className={differs ? 'num more' : 'num'}>
      {restarts}
      {more > 0 && <span> (+{more})</span>}
    </td>
  );
}

interface LaneProps {
  readonly what: string;
  readonly stretches: ReturnType<typeof stretchesOf>;
  readonly muted?: boolean;
}

function Lane({ what, stretches, muted }: LaneProps) {
  return (
    <div
      className={muted ? 'small-lane muted' : 'small-lane'}
      role="img"
      aria-label={`${what}: ${stretchesInWords(stretches) || 'nothing'}`}
    >
      {stretches.map(({ left, width, kind, label }) => (
        <i
          key={`${left} ${kind}`}
          className={`stretch ${kind}`}
          title={label}
          style={{ left: `${left}%`, width: `max(2px, ${width}%)` }}
        />
      ))}
    </div>
  );
}

function Axis({ begin }: { readonly begin: number }) {
  const minute = ((100 - begin) * 60_000) / FOLLOWED_MS;
  return (
    <span className="small-axis" aria-hidden="true">
      <span style={{ left: `${begin}%` }}>now</span>
      {[1, 2].map((n) => (
        <span key={n} style={{ left: `${begin + n * minute}%` }}>
          +{n} min
        </span>
      ))}
    </span>
  );
}
