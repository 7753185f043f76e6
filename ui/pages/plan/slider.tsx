import { useId } from 'preact/hooks';

/** A number that is chosen by sliding; the keyboard's arrows do the same. */
export function Slider({
  name,
  note,
  range: [min, max, step],
  value,
  words,
  onChange,
}: {
  readonly name: string;
  readonly note?: string;
  readonly range: readonly [min: number, max: number, step: number];
  readonly value: number;
  readonly words: string;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{name}</label>
      <output for={id}>{words}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={words}
        onInput={(event) => onChange(Number(event.currentTarget.value))}
      />
      {note === undefined ? null : <p class="note">{note}</p>}
    </div>
  );
}
