import { DatabaseError } from '@shardwright/core';
import type { Connection } from '@shardwright/postgres';
import { parameterTypesSql } from '../sql-files.ts';

/** The type of a parameter. */
export interface ParameterType {
  /** As SQL text, with its schema. */
  readonly type: string;
  /** PostgreSQL's internal name, of the base type where it is a domain. */
  readonly base: string;
  /** `pg_type.typcategory`. */
  readonly category: string;
  /** Of arrays. */
  readonly element: string | null;
  readonly elementCategory: string | null;
  /** Of enums, and of arrays of them. */
  readonly labels: readonly string[];
}

const name = 'shardwright_query';

/**
 * The types that the server infers for `$1`, `$2`, … of a statement; text where it cannot. Throws
 * {@link DatabaseError} for statements that it does not take.
 */
export async function parameterTypes(connection: Connection, sql: string): Promise<readonly ParameterType[]> {
  const declared: string[] = [];
  for (;;) {
    try {
      const types = declared.length === 0 ? '' : ` (${declared.join(', ')})`;
      await connection.query(`PREPARE ${name}${types} AS ${sql}`);
      break;
    } catch (error) {
      const undetermined = error instanceof DatabaseError ? undeterminedParameter(error) : undefined;
      if (undetermined === undefined || declared[undetermined - 1] === 'text') throw error;
      while (declared.length < undetermined) declared.push('unknown');
      declared[undetermined - 1] = 'text';
    }
  }
  try {
    return await connection.query<ParameterType & Record<string, unknown>>(parameterTypesSql, [name]);
  } finally {
    await connection.query(`DEALLOCATE ${name}`);
  }
}

function undeterminedParameter({ message }: DatabaseError): number | undefined {
  const [, position] = /could not determine data type of parameter \$(\d+)/.exec(message) ?? [];
  return position === undefined ? undefined : Number(position);
}
