import { type Case, type Chapter, given } from '../conformance-case.test-support.ts';

const extension = 'vector';
const pgvector = given('CREATE EXTENSION IF NOT EXISTS vector');
// Points on a circle, so that each has its own place and its neighbours are known.
const documents = `CREATE TABLE documents (tenant_id int, id int, embedding vector(2), PRIMARY KEY (tenant_id, id));
SELECT create_distributed_table('documents', 'tenant_id', shard_count := 4);
INSERT INTO documents SELECT g % 4, g, format('[%s,%s]', cos(g / 1000.0), sin(g / 1000.0))::vector FROM generate_series(1, 1200) g;
CREATE INDEX documents_embedding ON documents USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 100);
ANALYZE documents;
SET citus.propagate_set_commands = 'local'`;
const discovery = `SELECT opc.opcintype::regtype AS type, am.amname AS access_method, opc.opcname AS operator_class
       FROM pg_opclass opc JOIN pg_am am ON am.oid = opc.opcmethod`;

const absent: readonly Case[] = [
  {
    id: 'ruvector-not-installed',
    form: 'wrong',
    claim: 'Where the image lacks ruvector, the extension cannot be created and its type does not exist.',
    steps: [
      'CREATE EXTENSION ruvector',
      "SELECT '[1,2,3]'::ruvector(3)",
      'CREATE TABLE documents (id bigint, embedding ruvector(1536))',
    ],
  },
  {
    id: 'ruvector-setting-without-ruvector',
    form: 'wrong',
    claim: 'Its setting is taken all the same, so that setting it proves nothing.',
    steps: ['SET ruvector.ef_search = 100', 'SHOW ruvector.ef_search'],
  },
  {
    id: 'ruvector-discovery',
    form: 'right',
    claim:
      'The catalogs tell whether there is an engine to use; without a row it is reported as unsupported.',
    steps: [
      "SELECT name FROM pg_available_extensions WHERE name = 'ruvector'",
      `${discovery} WHERE opc.opcname LIKE 'ruvector%' ORDER BY 1, 2, 3`,
    ],
  },
  {
    id: 'pgvector-discovery',
    form: 'right',
    claim: 'Of pgvector the same question finds type, access methods and operator classes.',
    extension,
    steps: [
      pgvector,
      `${discovery} WHERE opc.opcintype = 'vector'::regtype AND am.amname = 'hnsw' ORDER BY 1, 2, 3`,
    ],
  },
];

const searching: readonly Case[] = [
  {
    id: 'index-reaches-shards',
    form: 'right',
    claim: 'An HNSW index made on the coordinator is made on every shard, with its parameters.',
    extension,
    steps: [
      pgvector,
      given(documents),
      `SELECT shardid, result AS options FROM run_command_on_shards('documents',
         'SELECT array_agg(reloptions::text) FROM pg_class c JOIN pg_index i ON c.oid = i.indexrelid
          WHERE i.indrelid = ''%s''::regclass AND NOT i.indisunique') ORDER BY shardid`,
    ],
  },
  {
    id: 'nearest-of-all-tenants',
    form: 'right',
    claim: 'Without a tenant, every shard answers with its nearest rows and the coordinator sorts them.',
    extension,
    steps: [
      pgvector,
      given(documents),
      "SELECT id FROM documents ORDER BY embedding <=> '[1,0]' LIMIT 3",
      "EXPLAIN (COSTS off) SELECT id FROM documents ORDER BY embedding <=> '[1,0]' LIMIT 3",
    ],
  },
  {
    id: 'nearest-of-one-tenant',
    form: 'right',
    claim: 'With a tenant, one shard answers.',
    extension,
    steps: [
      pgvector,
      given(documents),
      "SELECT id FROM documents WHERE tenant_id = 1 ORDER BY embedding <=> '[1,0]' LIMIT 3",
      "EXPLAIN (COSTS off) SELECT id FROM documents WHERE tenant_id = 1 ORDER BY embedding <=> '[1,0]' LIMIT 3",
    ],
  },
  {
    id: 'limit-above-ef-search',
    form: 'wrong',
    claim: 'An index scan gives at most hnsw.ef_search rows, 40 by default: LIMIT 50 gives fewer than 50.',
    extension,
    steps: [
      pgvector,
      given(documents),
      given('BEGIN'),
      given('SET LOCAL enable_seqscan = off'),
      given('SET LOCAL enable_sort = off'),
      "SELECT count(*) FROM (SELECT id FROM documents WHERE tenant_id = 1 ORDER BY embedding <=> '[1,0]' LIMIT 50) AS found",
    ],
  },
  {
    id: 'ef-search-on-coordinator',
    form: 'wrong',
    claim: 'A plain SET does not reach the shards, and still gives fewer.',
    extension,
    steps: [
      pgvector,
      given(documents),
      given('SET hnsw.ef_search = 100'),
      given('BEGIN'),
      given('SET LOCAL enable_seqscan = off'),
      given('SET LOCAL enable_sort = off'),
      "SELECT count(*) FROM (SELECT id FROM documents WHERE tenant_id = 1 ORDER BY embedding <=> '[1,0]' LIMIT 50) AS found",
    ],
  },
  {
    id: 'ef-search-propagated',
    form: 'right',
    claim: 'SET LOCAL in a transaction, with citus.propagate_set_commands, does.',
    extension,
    steps: [
      pgvector,
      given(documents),
      given('BEGIN'),
      given('SET LOCAL enable_seqscan = off'),
      given('SET LOCAL enable_sort = off'),
      'SET LOCAL hnsw.ef_search = 100',
      "SELECT count(*) FROM (SELECT id FROM documents WHERE tenant_id = 1 ORDER BY embedding <=> '[1,0]' LIMIT 50) AS found",
    ],
  },
  {
    id: 'filter-equals-sequential-scan',
    form: 'right',
    claim: 'A filter alone counts the same rows with and without the indexes.',
    extension,
    steps: [
      pgvector,
      given(documents),
      'SELECT count(*) FROM documents WHERE tenant_id = 1',
      given('BEGIN'),
      given('SET LOCAL enable_indexscan = off'),
      given('SET LOCAL enable_bitmapscan = off'),
      'SELECT count(*) FROM documents WHERE tenant_id = 1',
    ],
  },
];

/** The extension ruvector, and what has to be asked of any engine for vectors before it is trusted. */
export const ruvector: Chapter = {
  name: 'ruvector',
  title: 'RuVector, and vectors in general',
  cases: [...absent, ...searching],
  notRun: [
    {
      what: 'ruvector’s type, operators, operator classes and access methods',
      why: 'no package brings the extension',
    },
    {
      what: 'its access method hnsw beside pgvector’s in one database',
      why: 'no package brings the extension',
    },
    {
      what: 'recall above a floor',
      why: 'it is measured, and the benchmark does so before it publishes a number',
    },
  ],
};
