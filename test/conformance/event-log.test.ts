import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/store/sqlite/database.js';
import { SqliteRolloutLog } from '../../src/store/sqlite/rollout-log.js';
import { MemoryEventLog } from '../rollout/memory-event-log.js';
import { eventLogConformance } from './event-log.js';

eventLogConformance('in memory', () => new MemoryEventLog());
eventLogConformance('in SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'serin-rollouts-'));
  return new SqliteRolloutLog(openDatabase(folder));
});
