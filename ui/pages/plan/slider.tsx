import { useId } from 'preact/hooks';
import { Explained } from '../../parts/explained.js';
import type { Explained as Key } from '../../words/explanations.js';

/** A number that is chosen by sliding; the keyboard's arrows do the same. Its name explains it. */
export function Slider({
  name,
  of,
  range: [min, max, step],
  value,
  words,
  onChange,
}: {
  readonly name: string;
  readonly of: Key;
  readonly range: readonly [min: number, max: number, step: number];
  readonly value: number;
  readonly words: string;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div class="slider">
      <span id={`${id}-name`}>
        <Explained of={of}>{name}</Explained>
      </span>
      <output for={id}>{words}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-labelledby={`${id}-name`}
        aria-valuetext={words}
        onInput={(event) => onChange(Number(event.currentTarget.value))}
      />
    </div>
  );
}
