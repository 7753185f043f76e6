import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { explanations, type Explained as Key } from '../words/explanations.js';

interface Shown {
  readonly text: string;
  readonly beside: Element;
}

const shown = signal<Shown | undefined>(undefined);
const tooltipId = 'explanation';

/** The pointer may go from the word to its explanation without losing it. */
const hideAfterMs = 120;
let hiding: ReturnType<typeof setTimeout> | undefined;

/** A word that says what it means when it is pointed at, or reached with the keyboard. */
export function Explained({
  of,
  children,
}: {
  readonly of: Key;
  readonly children: ComponentChildren;
}) {
  const words = explanations[of];
  const button = useRef<HTMLButtonElement>(null);
  const isShown = shown.value !== undefined && shown.value.beside === button.current;
  const show = (): void => {
    if (button.current !== null) showBeside(words, button.current);
  };
  return (
    <button
      ref={button}
      type="button"
      class="explained"
      aria-describedby={isShown ? tooltipId : undefined}
      onMouseEnter={show}
      onMouseLeave={hideSoon}
      onFocus={show}
      onBlur={hideSoon}
      onClick={show}
    >
      {children}
    </button>
  );
}

/** Where explanations are shown; once on the page. */
export function ExplanationBox() {
  const box = useRef<HTMLDivElement>(null);
  const now = shown.value;
  useLayoutEffect(() => {
    if (now !== undefined && box.current !== null) putBeside(box.current, now.beside);
  }, [now]);
  useEffect(() => {
    const hideOnEscape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') shown.value = undefined;
    };
    const hide = (): void => {
      shown.value = undefined;
    };
    document.addEventListener('keydown', hideOnEscape);
    window.addEventListener('scroll', hide, { passive: true });
    window.addEventListener('hashchange', hide);
    return () => {
      document.removeEventListener('keydown', hideOnEscape);
      window.removeEventListener('scroll', hide);
      window.removeEventListener('hashchange', hide);
    };
  }, []);
  return (
    <div
      ref={box}
      id={tooltipId}
      class="explanation"
      role="tooltip"
      hidden={now === undefined}
      onMouseEnter={() => clearTimeout(hiding)}
      onMouseLeave={hideSoon}
    >
      {now?.text}
    </div>
  );
}

function showBeside(text: string, beside: Element): void {
  clearTimeout(hiding);
  shown.value = { text, beside };
}

function hideSoon(): void {
  clearTimeout(hiding);
  hiding = setTimeout(() => (shown.value = undefined), hideAfterMs);
}

/** Under the word, or above it where there is no room; never outside the window. */
function putBeside(box: HTMLElement, beside: Element): void {
  const margin = 8;
  const at = beside.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - width - margin);
  const below = at.bottom + margin;
  const fitsBelow = below + height <= document.documentElement.clientHeight;
  box.style.left = `${Math.max(margin, left)}px`;
  box.style.top = `${fitsBelow ? below : Math.max(margin, at.top - height - margin)}px`;
}
