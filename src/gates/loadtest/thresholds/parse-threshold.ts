import { share, time } from '../../../config/units.js';
import { SerinError } from '../../../domain/errors.js';
import type { Threshold, ThresholdMetric } from './threshold.js';

const form = /^\s*(p\d{1,2}(?:\.\d+)?|[a-z]+)\s*(<=|>=|<|>|=)\s*(\S+)\s*$/;
const examples = 'p99<50ms, p99.9<0.2s, mean<10ms, max<1s, errors<0.1%, errors<5 or rps>500';

/**
 * Reads a threshold.
 * @param text such as `p99<50ms`, `errors<0.1%` or `rps>500`
 * @throws SerinError `usage` that names the part that cannot be read, and what it should be
 */
export function parseThreshold(text: string): Threshold {
  const [, name = '', operator = '', value = ''] = form.exec(text) ?? [];
  if (name === '') throw unreadable(text, `a threshold such as ${examples}`);
  const metric = metricOf(name, value, text);
  const limit = limitOf(metric, value, text);
  if (operator === '=') throw unreadable(text, 'one of < <= > >=');
  const isFloor = metric.kind === 'rps';
  if (operator.startsWith('<') === isFloor) {
    throw unreadable(text, isFloor ? 'rps with > or >=' : `${name} with < or <=`);
  }
  return { text: text.replaceAll(/\s/g, ''), metric, operator: operator as '<', limit };
}

function metricOf(name: string, value: string, text: string): ThresholdMetric {
  if (/^p\d/.test(name)) {
    const percent = Number(name.slice(1));
    if (percent > 0) return { kind: 'quantile', share: percent / 100 };
    throw unreadable(text, 'a percentile above 0 and below 100, such as p99');
  }
  switch (name) {
    case 'mean':
    case 'max':
    case 'rps':
      return { kind: name };
    case 'errors':
      return { kind: value.endsWith('%') ? 'error-share' : 'error-count' };
    default:
      throw unreadable(text, `one of ${examples}`);
  }
}

function limitOf({ kind }: ThresholdMetric, value: string, text: string): number {
  switch (kind) {
    case 'quantile':
    case 'mean':
    case 'max':
      if (new RegExp(time.pattern).test(value)) return time.read(value);
      throw unreadable(text, time.words);
    case 'error-share':
      if (new RegExp(share.pattern).test(value)) return share.read(value);
      throw unreadable(text, share.words);
    case 'error-count':
      if (/^\d+$/.test(value)) return Number(value);
      throw unreadable(text, 'a share with its sign, such as errors<0.1%, or a count: errors<5');
    case 'rps':
      if (/^\d+(?:\.\d+)?$/.test(value)) return Number(value);
      throw unreadable(text, 'a number of good answers a second without a unit, such as rps>500');
  }
}

function unreadable(text: string, expected: string): SerinError {
  return new SerinError('usage', { expected, found: JSON.stringify(text) });
}
