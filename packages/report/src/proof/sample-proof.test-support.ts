import type { Proof, QueryProof } from '@shardwright/planner';

/** A proof in which all went well, but for what is given. */
export function sampleProof(overrides: Partial<Proof> = {}): Proof {
  return {
    proofVersion: '1.0',
    holds: true,
    missingExtensions: [],
    untried: [],
    citusVersion: '13.2.2',
    postgresVersion: '15.20',
    provider: 'local',
    workers: 2,
    shardCount: 4,
    steps: 30,
    statements: 1042,
    failures: [],
    differences: [],
    queries: [],
    undo: { failures: [], left: [] },
    seconds: { start: 1, apply: 2, compare: 0.5, explain: 1, undo: 1 },
    ...overrides,
  };
}

/** A query's part of a proof. */
export function sampleQueryProof(overrides: Partial<QueryProof> = {}): QueryProof {
  return {
    fingerprint: 'f1',
    sql: 'SELECT * FROM orders WHERE company_id = $1',
    shareOfCalls: 0.25,
    predicted: 'router',
    real: 'router',
    outcome: 'as-predicted',
    values: ["'1'::pg_catalog.int8"],
    ...overrides,
  };
}

/** One query of each outcome; a proof with them does not hold. */
export const queriesOfEachOutcome: readonly QueryProof[] = [
  sampleQueryProof(),
  sampleQueryProof({
    fingerprint: 'f2',
    sql: 'SELECT count(*) FROM orders WHERE id = $1',
    shareOfCalls: 0.5,
    real: 'pushdown',
    outcome: 'other-class',
    why: 'expected: one shard; but it runs as pushdown, in 4 tasks',
  }),
  sampleQueryProof({
    fingerprint: 'f3',
    sql: 'UPDATE orders SET company_id = $1',
    shareOfCalls: 0.125,
    real: 'unsupported',
    outcome: 'refused',
    why: 'expected: one shard; but Citus refuses it (modifying the partition value of rows is not allowed)',
    message: 'modifying the partition value of rows is not allowed',
  }),
  {
    fingerprint: 'f4',
    sql: 'SELECT * FROM nowhere',
    shareOfCalls: 0.125,
    predicted: 'local',
    outcome: 'not-tried',
    message: 'relation "nowhere" does not exist',
    values: [],
  },
];
