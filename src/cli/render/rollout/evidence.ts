import type { VerdictBody } from '../../../api/contract/verdict.js';
import { sayCheck, sayOdds } from '../../../analysis/words.js';
import { progressOfEvidence } from '../../../stats/combine.js';
import type { Paint } from '../paint.js';

type Evidence = VerdictBody['evidence'][number];

const half = 12;

/**
 * One line a check: its name; how far its evidence has come to a roll-back (left) and to its part of
 * a promotion (right); the odds of harm; and the sentence of the judge. Pure.
 * @param alpha the chance of a false alarm, which sets how much evidence rolls back: 1/alpha
 */
export function renderEvidence(verdict: VerdictBody, alpha: number, paint: Paint): string[] {
  const shown = verdict.evidence.filter(
    ({ weight, safe_log_e: safe }) => weight > 0 || safe !== null,
  );
  const names = Math.max(...shown.map(({ check }) => sayCheck(check).length));
  const odds = shown.map(({ harm_log_e: logE, samples: { stable, canary } }) =>
    stable + canary === 0 ? '–' : sayOdds(logE),
  );
  const oddsWidth = Math.max(...odds.map(({ length }) => length));
  if (shown.length === 0) return [];
  const title = `${' '.repeat(names)}  ${'harm'.padEnd(half)}╷${'safe'.padStart(half)}  odds of harm`;
  const lines = shown.map((evidence, index) => {
    const bar = renderBar(harmOf(evidence, alpha), safeOf(evidence, verdict), paint);
    const name = sayCheck(evidence.check).padEnd(names);
    return `${name}  ${bar}  ${(odds[index] ?? '').padStart(oddsWidth)}  ${evidence.sentence}`;
  });
  return [paint('dim', title), ...lines];
}

/** From 0 to 1, where the canary is rolled back: the check's part of Σ w E, as the meter has it. */
function harmOf({ harm_log_e: logE, weight }: Evidence, alpha: number): number {
  return weight > 0 ? progressOfEvidence(logE + Math.log(weight), alpha) : 0;
}

/** From 0 to 1, where the check's gate has passed. */
function safeOf({ check, safe_log_e: logE }: Evidence, { missing }: VerdictBody): number {
  return logE === null ? 0 : (missing.find((gate) => gate.check === check)?.progress ?? 1);
}

function renderBar(harm: number, safe: number, paint: Paint): string {
  const left = Math.round(harm * half);
  const right = Math.round(safe * half);
  return [
    paint('dim', '░'.repeat(half - left)),
    paint('red', '█'.repeat(left)),
    '│',
    paint('green', '█'.repeat(right)),
    paint('dim', '░'.repeat(half - right)),
  ].join('');
}
