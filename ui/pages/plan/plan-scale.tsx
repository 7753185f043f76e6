const shortest = 0.1;
const longest = 60 * 24 * 30;
const ticks = [
  { minutes: shortest, words: '6 s' },
  { minutes: 1, words: '1 min' },
  { minutes: 10, words: '10 min' },
  // Where there is little room they would stand in the way of their neighbours.
  { minutes: 60, words: '1 h', isSpare: true },
  { minutes: 600, words: '10 h' },
  { minutes: 60 * 24 * 7, words: '1 week', isSpare: true },
];

/** Where so many minutes are on the scale: 0 to 1 from the left. */
export function placeOf(minutes: number): number {
  const place = Math.log(minutes / shortest) / Math.log(longest / shortest);
  return Math.min(1, Math.max(0.01, place));
}

/** What the lengths of the bars mean. */
export function PlanScale() {
  return (
    <div class="plan-scale" aria-hidden="true">
      {ticks.map(({ minutes, words, isSpare = false }) => (
        <span
          key={words}
          class={isSpare ? 'spare' : ''}
          style={{ left: `${100 * placeOf(minutes)}%` }}
        >
          {words}
        </span>
      ))}
    </div>
  );
}
