import { percent } from '../words/format.js';

/** How traffic is shared between the arms. */
export function SplitBar({ canaryPercent }: { readonly canaryPercent: number }) {
  const words = `${percent(100 - canaryPercent)} stable, ${percent(canaryPercent)} canary`;
  return (
    <div class="split" role="img" aria-label={words}>
      {canaryPercent < 100 ? (
        <div class="split-stable" style={{ width: `${100 - canaryPercent}%` }} />
      ) : null}
      {canaryPercent > 0 ? (
        <div class="split-canary" style={{ width: `${canaryPercent}%` }} />
      ) : null}
    </div>
  );
}
