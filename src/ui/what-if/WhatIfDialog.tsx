import { RotateCcw, X, Zap } from 'lucide-react';
import { useState } from 'react';
import type { PodPicture } from '../../lab/picture';
import { Dialog } from '../layout/Dialog';
import { clockText } from '../layout/format';
import { useSelectedPod } from '../picture/use-selected-pod';
import { inject, lab } from '../store/lab';
import { notify, update } from '../store/store';
import { answerOf, fateOf, type PodFate } from './compare';
import { FutureView } from './FutureView';
import type { Future } from './futures';
import { type Futures, NOTHING, useFutures } from './use-futures';

/** What would restart if …: futures of a pod, each lived in a copy of the lab. */
export default function WhatIfDialog() {
  const pod = useSelectedPod();
  // The pod as it was when it was asked about: the lab may go on behind the dialog.
  const [asked] = useState(pod);
  if (!asked) {
    return (
      <Dialog title="What would restart if …">
        <p>There is no Pod to ask about.</p>
      </Dialog>
    );
  }
  return <WhatIf pod={asked} />;
}

function WhatIf({ pod }: { readonly pod: PodPicture }) {
  const futures = useFutures(pod);
  const { list, outcomes, at, failure } = futures;
  const [chosenId, choose] = useState(list[0]?.id ?? '');
  const chosen = list.find(({ id }) => id === chosenId);
  const nothing = outcomes.get(NOTHING);
  const without = nothing && fateOf(nothing, at);
  const outcome = outcomes.get(chosenId);
  return (
    <Dialog title={`What would restart in ${pod.name} if …`} wide>
      <p className="soft">
        Each future begins at {clockText(at)} in a copy of the lab and is followed for three
        minutes. Nothing happens to this lab.
      </p>
      <Progress futures={futures} />
      {failure && <p role="alert">The copy of the lab failed: {failure}</p>}
      {list.length === 0 && <p>Nothing of this Pod runs on a node yet: there is nothing to ask.</p>}
      <div className="what-if">
        <ul className="futures" aria-label="Futures">
          {list.map((future) => {
            const found = outcomes.get(future.id);
            const fate = found && !found.refusal ? fateOf(found, at) : undefined;
            return (
              <li key={future.id}>
                <button
                  type="button"
                  aria-pressed={future.id === chosenId}
                  onClick={() => choose(future.id)}
                >
                  <span>{future.title}</span>
                  <Answer fate={fate} without={without} refusal={found?.refusal} />
                </button>
              </li>
            );
          })}
        </ul>
        {chosen && (
          <section className="future" aria-label="What becomes of it">
            <h3>… {chosen.title}</h3>
            {outcome?.refusal && <p className="mono words">{outcome.refusal}</p>}
            {outcome && !outcome.refusal && nothing && without && (
              <FutureView outcome={outcome} nothing={nothing} without={without} at={at} />
            )}
            {!outcome && <p className="soft">Not lived yet.</p>}
            <p className="rule">
              <b>Rule</b> {chosen.rule}{' '}
              <a href={chosen.link.href} target="_blank" rel="noreferrer">
                {chosen.link.text}
              </a>
            </p>
            <DoIt future={chosen} />
          </section>
        )}
      </div>
    </Dialog>
  );
}

interface AnswerProps {
  readonly fate: PodFate | undefined;
  readonly without: PodFate | undefined;
  readonly refusal: string | undefined;
}

function Answer({ fate, without, refusal }: AnswerProps) {
  if (refusal !== undefined) return <span className="soft">cannot be done</span>;
  if (!fate || !without) return <span className="soft">…</span>;
  return <span className="soft answer">{answerOf(fate, without)}</span>;
}

function Progress({ futures }: { readonly futures: Futures }) {
  const { progress, start, cancel, list, outcomes } = futures;
  if (progress === undefined) {
    if (outcomes.size > list.length) return null;
    return (
      <div className="row">
        <span className="soft grow">
          Stopped after {outcomes.size} of {list.length + 1} futures.
        </span>
        <button type="button" className="button" onClick={start}>
          <RotateCcw size={13} />
          Go on
        </button>
      </div>
    );
  }
  const percent = Math.round(progress * 100);
  return (
    <div className="row">
      <div
        className="what-if-progress grow"
        role="progressbar"
        aria-label="Living the futures"
        aria-valuenow={percent}
      >
        <i style={{ width: `${percent}%` }} />
      </div>
      <button type="button" className="button" onClick={cancel}>
        <X size={13} />
        Stop
      </button>
    </div>
  );
}

/** Does the chosen thing to the lab itself. */
function DoIt({ future }: { readonly future: Future }) {
  const act = async () => {
    update({ dialog: undefined });
    for (const step of future.steps) {
      if (step.op === 'inject') await inject(step.fault);
      else {
        const { stdout, stderr, exitCode } = await lab().command(step.script, []);
        notify({ tone: exitCode === 0 ? 'info' : 'bad', text: (stdout + stderr).trim() });
      }
    }
  };
  return (
    <div className="row">
      <button type="button" className="button" onClick={() => void act()}>
        <Zap size={13} />
        Do it in this lab
      </button>
    </div>
  );
}
