-- On the coordinator, besides node-journal.sql: what is to be done, and the steps that were.
CREATE TABLE IF NOT EXISTS shardwright.migration (
  -- One at a time.
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  plan jsonb NOT NULL,
  plan_digest text NOT NULL,
  source text NOT NULL,
  source_identity text NOT NULL,
  -- That the target had before: they stay when the migration is taken back.
  extensions text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('preparing', 'loading', 'finishing', 'done', 'taking back')),
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz
);

-- Journals that rows may be written down in: one that is missing tells no longer what was loaded.
CREATE TABLE IF NOT EXISTS shardwright.node (
  id uuid PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE IF NOT EXISTS shardwright.step (
  id text PRIMARY KEY,
  position int NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seconds float8 NOT NULL
);

CREATE TABLE IF NOT EXISTS shardwright.table_load (
  relation text PRIMARY KEY,
  generation int NOT NULL,
  path text NOT NULL,
  why text NOT NULL,
  format text NOT NULL,
  -- Of the source, when its first chunk was read: what it held then, and the file it was in.
  snapshot text NOT NULL,
  file_node bigint NOT NULL,
  -- Whether chunks of it hold every row that the source holds, the last without an end.
  pages bigint NOT NULL,
  pages_per_chunk bigint NOT NULL,
  chunks int NOT NULL,
  bytes bigint NOT NULL
);

-- For each node, what was committed there when every row was loaded: anything younger was written by others.
CREATE TABLE IF NOT EXISTS shardwright.load_end (
  group_id int PRIMARY KEY,
  snapshot text NOT NULL,
  last_placement bigint NOT NULL
);

-- Made on the coordinator, under the numbers that they have in the source.
CREATE TABLE IF NOT EXISTS shardwright.large_object (
  oid oid PRIMARY KEY,
  bytes bigint NOT NULL,
  -- Of content, owner, rights and comment: whether the source still has it like that.
  digest text NOT NULL
);

CREATE TABLE IF NOT EXISTS shardwright.quarantine (
  relation text NOT NULL,
  reason text NOT NULL,
  content json NOT NULL
);
