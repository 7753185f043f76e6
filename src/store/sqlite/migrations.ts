import { addPositions, createRolloutTables } from './rollout-tables.js';

/**
 * The schema, one step a line; the number of steps done is in `PRAGMA user_version`. A step is never
 * changed once it was released: a new one is added.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE deployment_events (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT,
     model TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     type TEXT NOT NULL,
     who TEXT NOT NULL,
     why TEXT NOT NULL,
     payload TEXT NOT NULL
   ) STRICT;
   CREATE INDEX deployment_events_by_model ON deployment_events (model, sequence);`,
  `CREATE TABLE judge_states (model TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;`,
  createRolloutTables,
  `CREATE TABLE timelines (rollout_id TEXT PRIMARY KEY, points TEXT NOT NULL) STRICT;`,
  `CREATE TABLE answer_batches (
     batch INTEGER PRIMARY KEY,
     model TEXT NOT NULL,
     entries_so_far INTEGER NOT NULL,
     answers TEXT NOT NULL
   ) STRICT;
   CREATE INDEX answer_batches_by_size ON answer_batches (entries_so_far);
   CREATE INDEX answer_batches_by_model ON answer_batches (model, batch);`,
  `CREATE TABLE gate_reports (
     rollout_id TEXT NOT NULL,
     gate TEXT NOT NULL,
     report TEXT NOT NULL,
     PRIMARY KEY (rollout_id, gate)
   ) STRICT;`,
  `CREATE TABLE last_looks (rollout_id TEXT PRIMARY KEY, look TEXT NOT NULL) STRICT;`,
  `CREATE TABLE sessions (digest TEXT PRIMARY KEY, ends_at_ms INTEGER NOT NULL) STRICT;`,
  // In bytes, no more in JSON: answers of before that wait for feedback are unknown after.
  `DROP TABLE answer_batches;
   CREATE TABLE answer_batches (
     batch INTEGER PRIMARY KEY,
     model TEXT NOT NULL,
     entries_so_far INTEGER NOT NULL,
     answers BLOB NOT NULL
   ) STRICT;
   CREATE INDEX answer_batches_by_size ON answer_batches (entries_so_far);
   CREATE INDEX answer_batches_by_model ON answer_batches (model, batch);`,
  addPositions,
];
