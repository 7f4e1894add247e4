import type { Connection } from '@shardwright/postgres';
import { type CitusTestDatabase, citusDatabase, type TestDatabase, testDatabase } from '@shardwright/testing';
import { beforeAll } from 'vitest';
import type { Verification } from './model/verification.ts';
import { type VerifyOptions, verify } from './verify.ts';

/** A plain database and a Citus one that hold the same. */
export interface TwoDatabases {
  readonly source: TestDatabase;
  readonly target: CitusTestDatabase;
  inSource(sql: string): Promise<void>;
  inTarget(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Changes rows where they lie: `%s` is the shard that holds a key, or one that does not. */
  inShard(table: string, key: number, sql: string, which?: 'its own' | 'another'): Promise<void>;
  verify(options?: Partial<VerifyOptions>): Promise<Verification>;
}

/** Runs `schema` on both sides, `distribute` on the target, and `rows` on both. At the top level of a test file. */
export function twoDatabases(sql: {
  readonly schema: string;
  readonly distribute: string;
  readonly rows: string;
}): TwoDatabases {
  const source = testDatabase();
  const target = citusDatabase();
  const run = async <Result>(
    database: TestDatabase,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> => {
    await using connection = await database.connect();
    return await work(connection);
  };
  beforeAll(async () => {
    await run(source, (connection) => connection.query(`${sql.schema};\n${sql.rows}`));
    await run(target, async (connection) => {
      await connection.query(sql.schema);
      for (const statement of sql.distribute.split(';')) await connection.query(statement);
      for (const statement of sql.rows.split(';\n')) await connection.query(statement);
    });
  });
  return {
    source,
    target,
    inSource: (statement) => run(source, async (connection) => void (await connection.query(statement))),
    inTarget: (statement) => run(target, (connection) => connection.query(statement)),
    inShard: (table, key, statement, which = 'its own') =>
      run(target, async (connection) => {
        const [placement] = await connection.query<{ name: string; host: string; port: number }>(
          `SELECT shard_name AS name, nodename AS host, nodeport AS port FROM citus_shards
           WHERE table_name = $1::regclass
             AND (shardid = get_shard_id_for_distribution_column($1::regclass, $2::int8)) = $3
           ORDER BY shardid LIMIT 1`,
          [table, key, which === 'its own'],
        );
        if (placement === undefined) throw new RangeError(`${table} has no such shard`);
        const command = `DO $do$ BEGIN SET LOCAL citus.enable_manual_changes_to_shards = on; ${statement.replaceAll('%s', placement.name)}; END $do$`;
        const [answer] = await connection.query<{ success: boolean; result: string }>(
          'SELECT success, result FROM master_run_on_worker(ARRAY[$1::text], ARRAY[$2::int], ARRAY[$3::text], false)',
          [placement.host, placement.port, command],
        );
        if (answer?.success !== true) throw new Error(answer?.result);
      }),
    verify: (options = {}) => verify({ source: source.url, target: target.url, ...options }),
  };
}

/** Everything that a verification holds against the target, in a few words. */
export function findingsOf({
  structure,
  sequences,
  largeObjects,
  tables,
  hiddenRows,
}: Verification): readonly string[] {
  return [
    ...structure.findings.map(({ object, change }) => `${object} ${change}`),
    ...sequences.findings.map(({ name, kind }) => `sequence ${name} ${kind}`),
    ...largeObjects.findings.map(({ oid, kind }) => `large object ${oid} ${kind}`),
    ...hiddenRows.map(
      ({ name, liveRows, isUnknown }) => `${isUnknown ? 'maybe' : liveRows} hidden rows of ${name}`,
    ),
    ...tables.flatMap((table) => [
      ...table.differences.map(
        ({ kind, key, columns }) =>
          `${table.name} ${Object.values(key).join(',')} ${kind}${kind === 'different' ? ` in ${columns.map(({ name }) => name).join(', ')}` : ''}`,
      ),
      ...(table.misplacedRows > 0 ? [`${table.misplacedRows} misplaced rows of ${table.name}`] : []),
      ...table.unequalPlacements.map(() => `unequal copies of ${table.name}`),
    ]),
  ];
}
