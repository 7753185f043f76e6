import type { PredictionSpec } from '../../../domain/version.js';
import { writeNumber } from '../../report/quantity.js';
import type { Finding } from '../../report/report.js';
import { finding } from '../finding.js';
import type { BothAnswers } from './both-answers.js';
import { correlationOf } from './correlation.js';
import { writePercent } from './percent.js';
import { bestRelabelling } from './relabelling.js';
import { bestScoreOrder } from './score-order.js';

/** A probability that falls so clearly where stable's rises is that of the other class. */
const clearlyOpposite = -0.7;
const mostNamed = 5;

/**
 * Whether the answers would be stable's if the classes were in another order: by the classes
 * themselves, and by their numbers where all rows are of one class.
 */
export function swappedLabels(
  { labels, kind }: PredictionSpec,
  answers: BothAnswers,
): Finding | undefined {
  const { classes, scores, numbers } = answers;
  const inWords = (moved: readonly (readonly [string | number, string | number])[]): string => {
    const named = (index: string | number): string => labels[Number(index)] ?? String(index);
    const shown = moved.slice(0, mostNamed).map(([from, to]) => `${named(from)} → ${named(to)}`);
    return shown.join(', ');
  };
  const best = classes && bestRelabelling(classes.mine, classes.stable);
  if (best !== undefined) {
    return finding('labels-swapped', 'the classes are in another order than in stable', {
      expected: 'the classes that stable answers',
      found: `${writePercent(best.before)} agree as they are, ${writePercent(best.after)} with ${inWords(best.moved)}`,
    });
  }
  const order = scores && bestScoreOrder(scores);
  if (order !== undefined) {
    return finding('labels-swapped', 'the classes are in another order than in stable', {
      expected: 'numbers of each class that rise where those of stable do',
      found: `a correlation of ${writeNumber(order.before)} as they are, of ${writeNumber(order.after)} with ${inWords(order.moved)}`,
    });
  }
  const correlation = correlationOf(numbers.mine, numbers.stable);
  if (kind === 'probability' && correlation < clearlyOpposite) {
    return finding('labels-swapped', 'the probability is that of the other class', {
      expected: 'probabilities that rise where those of stable do',
      found: `a correlation of ${writeNumber(correlation)}`,
    });
  }
  return undefined;
}
