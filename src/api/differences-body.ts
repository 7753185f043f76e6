import type { AnsweredRow, Differences, RowAnswer } from '../gates/differences/differences.js';
import { keepPayload, readablePayload } from '../observing/kept-payload.js';
import type { DifferencesBody } from './contract/differences.js';

/** Inputs that are larger are told by their size: nobody reads a picture as numbers. */
const mostBytesShown = 4_096;

/** Offline differences as the API tells them. */
export function differencesBody(
  { stable, canary }: Pick<DifferencesBody, 'stable' | 'canary'>,
  found: Differences,
): DifferencesBody {
  const { rows, distance } = found;
  return {
    stable,
    canary,
    compared: found.compared,
    rows: { golden: rows.golden, recorded: rows.recorded, made_up: rows['made-up'] },
    failed: { ...found.failed },
    agreeing: found.agreeing ?? null,
    changes: found.changes.map((change) => ({ ...change })),
    distance:
      distance === undefined
        ? null
        : {
            mean: distance.mean,
            median: distance.median,
            largest: distance.largest,
            exactly_equal: distance.exactlyEqual,
            bins: distance.bins.map((bin) => ({ ...bin })),
          },
    furthest: found.furthest.map((row) => ({
      source: row.source,
      input: inputOf(row),
      stable: answerBody(row.stable),
      canary: answerBody(row.canary),
      apart: row.apart ?? null,
    })),
  };
}

function inputOf({ inputs }: AnsweredRow): unknown {
  return readablePayload(keepPayload(inputs, '', undefined, mostBytesShown));
}

function answerBody({ label, numbers }: RowAnswer): DifferencesBody['furthest'][number]['stable'] {
  return { label: label ?? null, numbers: [...numbers] };
}
