import { expect, test } from 'vitest';
import { sayCheck } from '../../src/analysis/words.js';
import { CheckName } from '../../src/domain/evidence.js';
import { checkName } from '../../ui/words/words.js';

test.each(Object.values(CheckName))('the chart of %s is called as the judge calls it', (check) => {
  expect(checkName(check).toLowerCase()).toBe(sayCheck(check).toLowerCase());
  expect(sayCheck(check)).not.toContain('latency-');
});
