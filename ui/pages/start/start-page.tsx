import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ModelStatus } from '../../../src/api/contract/models.js';
import { place } from '../../data/address.js';
import { models, readModels } from '../../data/models.js';
import { Awaited, Notice } from '../../parts/notice.js';
import { GatesBefore } from './gates-before.js';
import { Preview } from './preview.js';
import { StartDialog } from './start-dialog.js';
import { gatesFor } from './templates.js';
import { useDraft } from './use-draft.js';
import { usePreview } from './use-preview.js';
import { WhatToTry } from './what-to-try.js';
import { WriteOverDialog } from './write-over-dialog.js';
import { YamlEditor } from './yaml-editor.js';

/** Choose versions and a strategy, see what it will do, start it. */
export function StartPage() {
  useEffect(() => void readModels(), []);
  if (models.value === undefined) return <Awaited />;
  const served = models.value.filter(({ stable }) => stable !== null);
  return <StartForm served={served} />;
}

function StartForm({ served }: { readonly served: readonly ModelStatus[] }) {
  const { query } = place.value;
  const draft = useDraft(served, {
    model: query.get('model') ?? '',
    canary: query.get('canary') ?? '',
  });
  const isAsking = useSignal(false);
  const { text, asked } = draft;
  const preview = usePreview(text.value).value;
  return (
    <>
      <h1>Start a rollout</h1>
      {served.length === 0 ? (
        <Notice>No model is served, so there is nothing to roll out.</Notice>
      ) : null}
      <div class="start">
        <section class="card" aria-label="What">
          <WhatToTry served={served} draft={draft} />
          <YamlEditor text={text} problems={preview?.problems ?? []} />
        </section>
        <section class="card" aria-label="What it will do" aria-live="polite">
          <div class="section-head">
            <h2>What it will do</h2>
            <button
              type="button"
              class="primary"
              disabled={preview?.valid !== true}
              onClick={() => (isAsking.value = true)}
            >
              Start …
            </button>
          </div>
          {text.value === '' ? (
            <p class="note">Choose a version to try.</p>
          ) : (
            <Preview preview={preview}>
              <GatesBefore
                yaml={text.value}
                gates={preview?.gates ?? []}
                onAdd={() => {
                  text.value = `${text.value.trimEnd()}\n${gatesFor(text.value)}`;
                }}
              />
            </Preview>
          )}
        </section>
      </div>
      {isAsking.value ? (
        <StartDialog
          yaml={text.value}
          firstSentence={preview?.sentences[0] ?? ''}
          onStarted={draft.finish}
          onClose={() => (isAsking.value = false)}
        />
      ) : null}
      {asked.value === undefined ? null : (
        <WriteOverDialog choice={asked.value} onWrite={draft.writeOver} onKeep={draft.keep} />
      )}
    </>
  );
}
