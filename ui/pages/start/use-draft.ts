import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ModelStatus } from '../../../src/api/contract/models.js';
import { rolloutFile, templates, type Template } from './templates.js';

/** What is to be tried, and how. */
export interface Choice {
  readonly model: string;
  /** Empty where there is no other version. */
  readonly canary: string;
  readonly template: Template;
}

/** A rollout file that is being written. */
export interface Draft {
  readonly chosen: Choice;
  readonly text: Signal<string>;
  /** Whether a person wrote anything into the file that is not there by itself. */
  readonly isEdited: boolean;
  /** Chosen, but not taken yet: its file would be written over what a person wrote. */
  readonly asked: ReadonlySignal<Choice | undefined>;
  readonly choose: (choice: Choice) => void;
  /** Writes the file of what was asked for, over what is there. */
  readonly writeOver: () => void;
  readonly keep: () => void;
  /** The text has served: nobody needs it again. */
  readonly finish: () => void;
}

interface Kept {
  readonly chosen: Choice;
  readonly text: string;
  readonly written: string;
}

/** An edited file of whoever went to look at another page, until he is back. */
let kept: Kept | undefined;

/**
 * The file of what a person chose, until he edits it: what he wrote is written over only where he
 * says so, and is there again when he comes back from another page.
 * @param wanted what the address asks for; empty fields ask for nothing
 */
export function useDraft(
  served: readonly ModelStatus[],
  wanted: { readonly model: string; readonly canary: string },
): Draft {
  const chosen = useSignal(kept?.chosen ?? choiceOf(served, wanted));
  const text = useSignal(kept?.text ?? '');
  /** What the page wrote itself. */
  const written = useSignal(kept?.written ?? '');
  const asked = useSignal<Choice | undefined>(undefined);
  const isEdited = text.value !== written.value;
  const write = (choice: Choice): void => {
    chosen.value = choice;
    asked.value = undefined;
    text.value = written.value = fileOf(served, choice);
  };
  const choose = (choice: Choice): void => {
    if (isEdited) asked.value = choice;
    else write(choice);
  };
  const live = liveVersion(served, chosen.value.model);
  useEffect(() => {
    // Another version may have gone live while the page was open.
    if (!isEdited) write(chosen.value);
  }, [live]);
  useEffect(() => {
    const { model, canary } = chosen.value;
    const asksForMore = wanted.model !== '' || wanted.canary !== '';
    const fromAddress = choiceOf(served, wanted);
    const isOther = fromAddress.model !== model || fromAddress.canary !== canary;
    if (asksForMore && isOther) choose(fromAddress);
  }, [wanted.model, wanted.canary]);
  useEffect(
    () => () => {
      kept =
        text.peek() === written.peek()
          ? undefined
          : { chosen: chosen.peek(), text: text.peek(), written: written.peek() };
    },
    [],
  );
  return {
    chosen: chosen.value,
    text,
    isEdited,
    asked,
    choose,
    writeOver: () => {
      if (asked.value !== undefined) write(asked.value);
    },
    keep: () => (asked.value = undefined),
    finish: () => (written.value = text.value),
  };
}

/** What a person most probably wants to try. */
export function newestOther(model: ModelStatus | undefined): string {
  return model?.versions.filter((version) => version !== model.stable?.version).at(-1) ?? '';
}

function choiceOf(
  served: readonly ModelStatus[],
  { model, canary }: { readonly model: string; readonly canary: string },
): Choice {
  const found = served.find(({ name }) => name === model) ?? served[0];
  return {
    model: found?.name ?? '',
    canary: canary === '' ? newestOther(found) : canary,
    template: standard,
  };
}

const [standard] = templates;

function fileOf(served: readonly ModelStatus[], { model, canary, template }: Choice): string {
  if (canary === '') return '';
  return rolloutFile({ model, stable: liveVersion(served, model), canary }, template);
}

function liveVersion(served: readonly ModelStatus[], model: string): string {
  return served.find(({ name }) => name === model)?.stable?.version ?? '';
}
