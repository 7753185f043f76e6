/** The tables of the rollouts: one step of the schema, which is never changed once it was released. */
export const createRolloutTables = `CREATE TABLE rollouts (
  rollout_id TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  phase TEXT NOT NULL,
  active INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  began_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- One active rollout a model, whoever starts it.
CREATE UNIQUE INDEX rollouts_active ON rollouts (model) WHERE active = 1;
CREATE INDEX rollouts_by_time ON rollouts (began_at_ms);

CREATE TABLE rollout_events (
  rollout_id TEXT NOT NULL REFERENCES rollouts (rollout_id),
  sequence INTEGER NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (rollout_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollout_effects (
  id TEXT PRIMARY KEY,
  rollout_id TEXT NOT NULL REFERENCES rollouts (rollout_id),
  number INTEGER NOT NULL,
  effect TEXT NOT NULL,
  outcome TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX rollout_effects_pending ON rollout_effects (rollout_id, number)
  WHERE outcome IS NULL;`;

/** Where the newest event of each rollout stands among those of all; older ones by their time. */
export const addPositions = `ALTER TABLE rollouts ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE rollouts SET position = numbered.position FROM (
  SELECT rollout_id, row_number() OVER (ORDER BY changed_at_ms, rollout_id) AS position
  FROM rollouts
) AS numbered WHERE numbered.rollout_id = rollouts.rollout_id;
CREATE UNIQUE INDEX rollouts_by_position ON rollouts (position);`;
