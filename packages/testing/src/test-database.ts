import { randomBytes } from 'node:crypto';
import {
  type CitusNode,
  copyCitusDatabase,
  databaseUrl,
  dropCitusDatabase,
  type Provider,
} from '@shardwright/cluster';
import { type Connection, type ConnectOptions, connect } from '@shardwright/postgres';
import { afterAll, beforeAll, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's URL of the run's server. */
    postgresUrl: string;
    /** Bin directory of the tier's local PostgreSQL, for tests that start servers; else absent. */
    postgresBin: string | undefined;
    /** What the citus tier's clusters come from, for tests that start their own. */
    citusProvider: Provider;
    /** Database on the run's cluster that those of test files are copied from. */
    citusTemplate: string;
    /** The run's cluster, coordinator first. */
    citusNodes: readonly CitusNode[];
  }
}

/** A database of a test file's own. */
export interface TestDatabase {
  readonly name: string;
  /** Superuser's URL. The database is there once the file's tests and later hooks run. */
  readonly url: string;
  connect(options?: ConnectOptions): Promise<Connection>;
}

/** A Citus database of a test file's own. */
export interface CitusTestDatabase extends TestDatabase {
  /** Coordinator first; {@link databaseUrl} with `name` leads to the database on a worker. */
  readonly nodes: readonly CitusNode[];
}

/**
 * An empty database on the run's server, created before the file's tests and dropped after them. Called at
 * the top level of a `.postgres.test.ts` or `.citus.test.ts` file.
 */
export function testDatabase(): TestDatabase {
  const server = inject('postgresUrl');
  const name = freshName();
  const onServer = async (sql: string) => {
    await using connection = await connect(server);
    await connection.query(sql);
  };
  beforeAll(() => onServer(`CREATE DATABASE ${name}`));
  afterAll(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
  return openable(name, databaseUrl(server, name));
}

/** As {@link testDatabase}, on the run's cluster: every node has it, with Citus, and knows the others. */
export function citusDatabase(): CitusTestDatabase {
  const nodes = inject('citusNodes');
  const template = inject('citusTemplate');
  const name = freshName();
  beforeAll(() => copyCitusDatabase(nodes, template, name));
  afterAll(() => dropCitusDatabase(nodes, name));
  const [coordinator] = nodes;
  if (!coordinator) throw new RangeError('the test cluster has no nodes');
  return { ...openable(name, databaseUrl(coordinator.url, name)), nodes };
}

function freshName(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

function openable(name: string, url: string): TestDatabase {
  return { name, url, connect: (options) => connect(url, options) };
}
