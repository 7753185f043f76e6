import type { ComponentChildren } from 'preact';
import type { Tone } from '../words/words.js';

/** Something to be read: good, bad, or just so. */
export function Notice({
  tone = 'quiet',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      {children}
    </div>
  );
}

/** Stands where something will be, at about its size, so that the page does not jump. */
export function Awaited({ words = 'Loading …' }: { readonly words?: string }) {
  return <p class="awaited">{words}</p>;
}
