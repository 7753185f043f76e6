import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { RolloutPreview } from '../../../src/api/contract/rollout-requests.js';
import schema from '../../../schemas/serin.schema.json';
import { completionsAt, type Completion } from './completion.js';
import { FaultsInText } from './faults-in-text.js';
import { Problems } from './problems.js';

type Problem = RolloutPreview['problems'][number];

const none: Completion = { from: 0, choices: [], isBegun: false };

/** Until an arrow key or a letter chooses one, Enter is a line break. */
const noChoice = -1;

/**
 * A text field for a rollout file: errors at their lines, and as a list below; and the keys and
 * values that fit. Tab is left to the keyboard's way through the page; Control and Space open the list.
 */
export function YamlEditor({
  text,
  problems,
}: {
  readonly text: Signal<string>;
  readonly problems: readonly Problem[];
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const faults = useRef<HTMLDivElement>(null);
  const offered = useSignal(none);
  const chosen = useSignal(noChoice);
  const ids = { list: useId(), note: useId(), problems: useId() };
  const { choices, from } = offered.value;
  const isOpen = choices.length > 0;

  useEffect(() => {
    // The list may be longer than the window.
    document.getElementById(`${ids.list}-${chosen.value}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen.value]);
  const offer = (): void => {
    const { current } = area;
    if (current === null) return;
    offered.value = completionsAt(current.value, current.selectionEnd, schema);
    chosen.value = offered.value.isBegun ? 0 : noChoice;
  };
  const close = (): void => {
    offered.value = none;
  };
  const take = (index: number): void => {
    const { current } = area;
    const choice = choices[index];
    if (current === null || choice === undefined) return;
    current.setRangeText(choice.text, from, current.selectionEnd, 'end');
    text.value = current.value;
    close();
    current.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === ' ' && event.ctrlKey) offer();
    else if (!isOpen) return;
    else if (event.key === 'ArrowDown') chosen.value = (chosen.value + 1) % choices.length;
    else if (event.key === 'ArrowUp') {
      chosen.value = (chosen.value <= 0 ? choices.length : chosen.value) - 1;
    } else if (event.key === 'Enter' && chosen.value !== noChoice) take(chosen.value);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  const lines = text.value.split('\n').length;
  const wrongLines = new Set(problems.map(({ line }) => line));
  return (
    <div class="editor">
      <div class="editor-gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, i) => (
          <div key={i} class={wrongLines.has(i + 1) ? 'wrong' : ''}>
            {i + 1}
          </div>
        ))}
      </div>
      <div class="editor-body">
        <FaultsInText text={text.value} problems={problems} shifted={faults} />
        <textarea
          ref={area}
          class="editor-text"
          aria-label="Rollout file"
          aria-describedby={problems.length === 0 ? ids.note : `${ids.problems} ${ids.note}`}
          aria-invalid={problems.length > 0}
          aria-autocomplete="list"
          aria-controls={isOpen ? ids.list : undefined}
          aria-activedescendant={
            isOpen && chosen.value !== noChoice ? `${ids.list}-${chosen.value}` : undefined
          }
          spellcheck={false}
          autocomplete="off"
          wrap="off"
          rows={18}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            offer();
          }}
          onKeyDown={onKeyDown}
          onClick={close}
          onBlur={close}
          onScroll={(event) => {
            const { scrollTop, scrollLeft } = event.currentTarget;
            if (gutter.current !== null) gutter.current.scrollTop = scrollTop;
            if (faults.current !== null) {
              faults.current.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
            }
            close();
          }}
        />
        {isOpen ? (
          <ul
            id={ids.list}
            class="editor-choices"
            role="listbox"
            aria-label="What fits here"
            style={placeOfList(text.value, from, area.current)}
          >
            {choices.map(({ text: choice, note }, i) => (
              <li
                key={choice}
                id={`${ids.list}-${i}`}
                role="option"
                aria-selected={i === chosen.value}
                // Before the field loses the focus, which would close the list.
                onMouseDown={(event) => {
                  event.preventDefault();
                  take(i);
                }}
              >
                <code>{choice.trim()}</code> <span class="words">{note}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {problems.length === 0 ? null : <Problems id={ids.problems} problems={problems} />}
      <p id={ids.note} class="note">
        Control and Space shows what fits; Escape closes it.
      </p>
    </div>
  );
}

/** Below the word that is written: the field has one width for all letters. */
function placeOfList(
  text: string,
  from: number,
  area: HTMLTextAreaElement | null,
): { left: string; top: string } {
  if (area === null) return { left: '0', top: '0' };
  const before = text.slice(0, from).split('\n');
  const style = getComputedStyle(area);
  const lineHeight = parseFloat(style.lineHeight);
  const letter = parseFloat(style.fontSize) * 0.6;
  const left = area.offsetLeft + (before.at(-1)?.length ?? 0) * letter - area.scrollLeft;
  const top = area.offsetTop + before.length * lineHeight + 10 - area.scrollTop;
  return { left: `${Math.min(left, Math.max(0, area.clientWidth - 240))}px`, top: `${top}px` };
}
