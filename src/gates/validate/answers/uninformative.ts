import type { Finding } from '../../report/report.js';
import { finding } from '../finding.js';
import type { BothAnswers } from './both-answers.js';
import { correlationOf } from './correlation.js';
import { scoreLikeness } from './score-order.js';

/** Numbers that go with stable's as well as this say that the classes mean the same. */
const tellingLikeness = 0.5;

/**
 * Says so where the comparison says nothing: stable gives every row the same answer, so that labels
 * that are swapped, or features in another order, would not show.
 */
export function uninformative(answers: BothAnswers): Finding[] {
  const { classes, numbers, scores, count } = answers;
  if (classes === undefined) {
    const who = isConstant(numbers.stable) ? 'stable' : 'the model';
    const only = who === 'stable' ? numbers.stable[0] : numbers.mine[0];
    return [
      finding('agreement-uninformative', `${who} gives the same number to all rows`, {
        expected: 'numbers that differ from row to row',
        found: `${only ?? 'nothing'}, ${count} times`,
      }),
    ];
  }
  const [only, ...others] = new Set(classes.stable);
  const likeness =
    scores === undefined ? correlationOf(numbers.mine, numbers.stable) : scoreLikeness(scores);
  if (only === undefined || others.length > 0 || likeness >= tellingLikeness) return [];
  return [
    finding('agreement-uninformative', 'stable gives the same class to all rows', {
      expected: 'rows of two classes or more',
      found: `class ${only} for all ${count}`,
    }),
  ];
}

function isConstant([first, ...others]: readonly number[]): boolean {
  return others.every((one) => one === first);
}
