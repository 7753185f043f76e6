import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockDataFolder } from './lock-data-folder.js';

test('a second server on one data folder is refused, until the first is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'serin-lock-'));
  const unlock = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(/Another Serin uses this data folder/);
  unlock();
  lockDataFolder(folder)();
});
