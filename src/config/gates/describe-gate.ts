import { inWords as loadInWords } from '../../gates/loadtest/report/load-in-words.js';
import { planOfGate } from '../../gates/loadtest/gate-plan.js';
import { gateName, type Gate } from '../../rollout/strategy/gate.js';
import type { ValidateWishes } from '../../rollout/strategy/gate-wishes.js';
import { writeTime } from '../units.js';

/** A gate with what it is asked, for people: `loadtest (200 requests a second for 20s, p99<50ms)`. */
export function describeGate(gate: Gate): string {
  const particulars = particularsOf(gate);
  const name = gateName(gate);
  return particulars.length === 0 ? name : `${name} (${particulars.join(', ')})`;
}

function particularsOf(gate: Gate): string[] {
  if (gate.kind !== 'built-in' || gate.wishes === undefined) return [];
  switch (gate.name) {
    case 'validate':
      return validateParticulars(gate.wishes);
    case 'smoke': {
      const { deadlineMs, answerMs } = gate.wishes;
      return [
        ...(deadlineMs === undefined ? [] : [`ready within ${writeTime(deadlineMs)}`]),
        ...(answerMs === undefined ? [] : [`answers within ${writeTime(answerMs)}`]),
      ];
    }
    case 'loadtest': {
      const plan = planOfGate(gate.wishes);
      const alone = gate.wishes.compare === false ? ['without stable'] : [];
      return [
        `${loadInWords(plan)} for ${writeTime(plan.durationMs)}`,
        ...alone,
        ...plan.thresholds.map(({ text }) => text),
      ];
    }
  }
}

function validateParticulars(wishes: ValidateWishes): string[] {
  const { profile, minAgreement, maxSlowdown, maxGrowth, maxLatencyMs, maxLoadMs } = wishes;
  return [
    ...(profile === undefined ? [] : [profile]),
    ...(minAgreement === undefined
      ? []
      : [`agrees with stable on ${Number((100 * minAgreement).toFixed(2))}% or more`]),
    ...(maxSlowdown === undefined ? [] : [`at most ${maxSlowdown} times stable's latency`]),
    ...(maxLatencyMs === undefined ? [] : [`p99 of a row at most ${writeTime(maxLatencyMs)}`]),
    ...(maxLoadMs === undefined ? [] : [`ready within ${writeTime(maxLoadMs)}`]),
    ...(maxGrowth === undefined ? [] : [`at most ${maxGrowth} times stable's size`]),
    ...listed('expects', [...keysOf(wishes.inputs), ...keysOf(wishes.outputs)]),
    ...listed('accepts', keysOf(wishes.accept)),
  ];
}

function keysOf(record: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.keys(record);
}

function listed(verb: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${verb} ${names.join(', ')}`];
}
