import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ModelStatus } from '../../../src/api/contract/models.js';
import { place } from '../../data/address.js';
import { models, readModels } from '../../data/models.js';
import { Awaited, Notice } from '../../parts/notice.js';
import { GatesBefore } from './gates-before.js';
import { Preview } from './preview.js';
import { StartDialog } from './start-dialog.js';
import { gatesFor, rolloutFile, templates, type Template } from './templates.js';
import { usePreview } from './use-preview.js';
import { YamlEditor } from './yaml-editor.js';

/** Choose versions and a strategy, see what it will do, start it. */
export function StartPage() {
  useEffect(() => void readModels(), []);
  if (models.value === undefined) return <Awaited />;
  return <StartForm models={models.value.filter(({ stable }) => stable !== null)} />;
}

function StartForm({ models: served }: { readonly models: readonly ModelStatus[] }) {
  const { query } = place.value;
  const wanted = served.find(({ name }) => name === query.get('model')) ?? served[0];
  const name = useSignal(wanted?.name ?? '');
  const model = served.find((one) => one.name === name.value);
  const canary = useSignal(query.get('canary') ?? newestOther(wanted));
  const template = useSignal<Template | undefined>(templates[0]);
  const text = useSignal('');
  const isEdited = useSignal(false);
  const isAsking = useSignal(false);
  const stable = model?.stable?.version ?? '';
  useEffect(() => {
    // What a person wrote is not written over.
    if (isEdited.value || template.value === undefined || canary.value === '') return;
    text.value = rolloutFile({ model: name.value, stable, canary: canary.value }, template.value);
  }, [name.value, stable, canary.value, template.value, isEdited.value]);
  const preview = usePreview(text.value).value;
  const others = (model?.versions ?? []).filter((version) => version !== stable);
  return (
    <>
      <h1>Start a rollout</h1>
      {served.length === 0 ? (
        <Notice>No model is served, so there is nothing to roll out.</Notice>
      ) : null}
      <div class="start">
        <section class="card" aria-label="What">
          <div class="fields">
            <label class="field">
              <span>Model</span>
              <select
                value={name.value}
                onChange={(event) => {
                  name.value = event.currentTarget.value;
                  canary.value = newestOther(served.find((one) => one.name === name.value));
                  isEdited.value = false;
                }}
              >
                {served.map((one) => (
                  <option key={one.name}>{one.name}</option>
                ))}
              </select>
            </label>
            <div class="field">
              <span>Live now</span>
              <strong class="arm-stable name">{stable === '' ? '–' : stable}</strong>
            </div>
            <label class="field">
              <span>Version to try</span>
              <select
                value={canary.value}
                disabled={others.length === 0}
                onChange={(event) => {
                  canary.value = event.currentTarget.value;
                  isEdited.value = false;
                }}
              >
                {others.map((version) => (
                  <option key={version}>{version}</option>
                ))}
              </select>
            </label>
          </div>
          {others.length === 0 ? (
            <p class="note">
              There is no other version in the repository. An HTTP server can be tried, too: write
              its address as <code>canary</code>.
            </p>
          ) : null}
          <fieldset class="templates">
            <legend>Strategy</legend>
            {templates.map((one) => (
              <label key={one.name} class="template">
                <input
                  type="radio"
                  name="template"
                  checked={!isEdited.value && template.value === one}
                  onChange={() => {
                    template.value = one;
                    isEdited.value = false;
                  }}
                />
                <span>
                  <strong>{one.name}</strong>
                  <span class="note words">{one.note}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <YamlEditor
            text={text}
            problems={preview?.problems ?? []}
            onEdit={() => (isEdited.value = true)}
          />
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
                  isEdited.value = true;
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
          onClose={() => (isAsking.value = false)}
        />
      ) : null}
    </>
  );
}

/** What a person most probably wants to try. */
function newestOther(model: ModelStatus | undefined): string {
  return model?.versions.filter((version) => version !== model.stable?.version).at(-1) ?? '';
}
