import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DifferencesBody } from '../../../src/api/contract/differences.js';
import { tell, wordsOf } from '../../data/ask.js';
import { Fact } from '../../parts/fact.js';
import { Notice } from '../../parts/notice.js';
import { count, number, share } from '../../words/format.js';
import { ClassChanges } from './class-changes.js';
import type { BothVersions } from './both-versions.js';
import { DifferencePicture } from './difference-picture.js';
import { FurthestRows } from './furthest-rows.js';

/** Both versions asked the same rows, without any traffic: where their answers differ. */
export function OfflineDifferences({ model, left, right }: BothVersions) {
  const found = useSignal<DifferencesBody | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const ending = useRef(new AbortController()).current;
  useEffect(() => () => ending.abort(), []);
  const compare = async (): Promise<void> => {
    isBusy.value = true;
    problem.value = undefined;
    const path = `api/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(right.version)}/differences`;
    try {
      const body = { against: left.version };
      found.value = await tell<DifferencesBody>(path, body, 'POST', ending.signal);
    } catch (thrown) {
      if (!ending.signal.aborted) problem.value = wordsOf(thrown);
    }
    isBusy.value = false;
  };
  const areFiles = left.kind === 'onnx' && right.kind === 'onnx';
  return (
    <section class="card" aria-label="Offline differences">
      <div class="section-head">
        <h2>How they answer</h2>
        <button type="button" disabled={isBusy.value || !areFiles} onClick={() => void compare()}>
          {found.value === undefined ? 'Ask both the same rows' : 'Ask again'}
        </button>
      </div>
      {problem.value === undefined ? null : <Notice tone="bad">{problem.value}</Notice>}
      <div aria-live="polite">
        {isBusy.value ? (
          <p class="note">Both versions are loaded, and asked; this takes some seconds.</p>
        ) : found.value === undefined ? (
          <p class="note">
            {areFiles
              ? 'Each is started in a process of its own and asked the golden, recorded and made-up rows of the model. No user notices anything.'
              : 'Only ONNX files can be asked offline; a server is compared in a shadow step.'}
          </p>
        ) : (
          <Found found={found.value} />
        )}
      </div>
    </section>
  );
}

function Found({ found }: { readonly found: DifferencesBody }) {
  const { compared, agreeing, rows, failed, distance } = found;
  const sources = [
    ...(rows.golden > 0 ? [`${count(rows.golden)} golden`] : []),
    ...(rows.recorded > 0 ? [`${count(rows.recorded)} recorded`] : []),
    ...(rows.made_up > 0 ? [`${count(rows.made_up)} made up`] : []),
  ];
  return (
    <>
      <dl class="facts">
        <Fact name="Rows" of="rowsCompared" note={sources.join(', ')}>
          {count(compared)}
        </Fact>
        {agreeing === null ? null : (
          <Fact
            name="Same class"
            of="sameClass"
            note={`${count(compared - agreeing)} of another class`}
          >
            {compared === 0 ? '–' : share(agreeing / compared)}
          </Fact>
        )}
        {distance === null ? null : (
          <>
            <Fact name="Exactly equal" of="exactlyEqual">
              {count(distance.exactly_equal)}
            </Fact>
            <Fact name="Mean difference" of="meanDifference">
              {number(distance.mean)}
            </Fact>
            <Fact name="Largest difference" of="largestDifference">
              {number(distance.largest)}
            </Fact>
          </>
        )}
        {failed.stable + failed.canary === 0 ? null : (
          <Fact
            name="Not answered"
            of="notAnswered"
            note={`by ${found.stable}: ${count(failed.stable)}`}
          >
            by {found.canary}: {count(failed.canary)}
          </Fact>
        )}
      </dl>
      {rows.golden + rows.recorded < compared / 2 ? (
        <p class="note">
          Most of these rows are made up: nobody ever sends such ones, so two good versions may
          differ on them more than on real ones. Rows that were recorded (<code>validate.rows</code>{' '}
          in model.yaml) say more.
        </p>
      ) : null}
      {distance === null ? null : <DifferencePicture found={found} bins={distance.bins} />}
      {found.changes.length === 0 ? null : <ClassChanges found={found} />}
      {found.furthest.length === 0 ? (
        <p>No row was answered otherwise.</p>
      ) : (
        <FurthestRows found={found} />
      )}
    </>
  );
}
