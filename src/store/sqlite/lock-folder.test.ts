import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from './lock-folder.js';

test('a second server on one data folder is refused, until the first is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'serin-lock-'));
  const unlock = lockFolder(folder, 'store-locked');
  expect(() => lockFolder(folder, 'store-locked')).toThrow(/Another Serin uses this data folder/);
  unlock();
  lockFolder(folder, 'store-locked')();
});
