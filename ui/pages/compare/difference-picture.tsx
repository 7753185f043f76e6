import type { DifferencesBody } from '../../../src/api/contract/differences.js';
import { Explained } from '../../parts/explained.js';
import { count, number, signed } from '../../words/format.js';

type Bins = NonNullable<DifferencesBody['distance']>['bins'];

/** How many rows lie how far apart: a bar for every width of difference, the middle one around none. */
export function DifferencePicture({
  found: { stable, canary },
  bins,
}: {
  readonly found: DifferencesBody;
  readonly bins: Bins;
}) {
  const most = bins.reduce((max, { rows }) => Math.max(max, rows), 1);
  return (
    <figure class="difference">
      <figcaption>
        <Explained of="differenceBins">
          Rows by how much higher the answer of {canary} is than that of {stable}
        </Explained>
      </figcaption>
      <div
        class="difference-bars"
        role="img"
        aria-label={bins.map((bin) => `${spanOf(bin)}: ${count(bin.rows)} rows`).join('; ')}
      >
        {bins.map((bin) => (
          <div
            key={bin.from}
            class={isAroundNone(bin) ? 'difference-bar middle' : 'difference-bar'}
            title={`${spanOf(bin)}: ${count(bin.rows)} rows`}
          >
            <span class="difference-count">{bin.rows === 0 ? '' : count(bin.rows)}</span>
            {/* Linear: one row of a thousand must not look like half of them; but it must be seen. */}
            <span
              class="difference-fill"
              style={{ height: `${bin.rows === 0 ? 0 : Math.max(1, (90 * bin.rows) / most)}px` }}
            />
          </div>
        ))}
      </div>
      <div class="difference-scale" aria-hidden="true">
        {bins.map((bin, i) => (
          <span key={bin.from}>
            {isAroundNone(bin) ? '0' : i === 0 || i === bins.length - 1 ? middleOf(bin) : ''}
          </span>
        ))}
      </div>
    </figure>
  );
}

function isAroundNone({ from, to }: Bins[number]): boolean {
  return from <= 0 && to >= 0;
}

function middleOf({ from, to }: Bins[number]): string {
  const middle = (from + to) / 2;
  return signed(middle, number(middle));
}

function spanOf({ from, to }: Bins[number]): string {
  return from === to
    ? 'no difference'
    : `${signed(from, number(from))} to ${signed(to, number(to))}`;
}
