import type { TableLoad } from '@shardwright/planner';
import type { Connection } from '@shardwright/postgres';

/** How rows are sent, and why not otherwise. */
export interface CopyFormat {
  readonly format: 'binary' | 'text';
  /** Empty for binary. */
  readonly why: string;
}

/** What decides how a type is sent. */
export interface TypeFacts {
  readonly type: string;
  /** What makes the binary form of one server unreadable to another; NULL where nothing does. */
  readonly obstacle: string | null;
  /** Version of the extension that the type comes with. */
  readonly extension: string | null;
}

/**
 * Binary where both servers write and read a type alike: what PostgreSQL and extensions of one version bring, and
 * enums, which go by their labels. Arrays, composites and ranges of own types carry numbers that every server gives anew.
 */
export class CopyFormats {
  readonly #source: ReadonlyMap<string, TypeFacts>;
  readonly #target: ReadonlyMap<string, TypeFacts>;

  private constructor(source: ReadonlyMap<string, TypeFacts>, target: ReadonlyMap<string, TypeFacts>) {
    this.#source = source;
    this.#target = target;
  }

  /** Asks both servers for the types of all loads, once the target has its types. Throws {@link DatabaseError}. */
  static async read(
    source: Connection,
    target: Connection,
    loads: readonly TableLoad[],
  ): Promise<CopyFormats> {
    const types = [...new Set(loads.flatMap(({ columns }) => columns.map(({ type }) => type)))];
    const [ofSource, ofTarget] = await Promise.all([readTypes(source, types), readTypes(target, types)]);
    return new CopyFormats(ofSource, ofTarget);
  }

  of(load: TableLoad): CopyFormat {
    for (const { name, type } of load.columns) {
      const source = this.#source.get(type);
      const target = this.#target.get(type);
      const obstacle = source?.obstacle ?? target?.obstacle;
      if (obstacle) return { format: 'text', why: `${name} is ${type}: ${obstacle}` };
      if (!source || !target) return { format: 'text', why: `${name} is ${type}, which one side only has` };
      if (source.extension !== target.extension) {
        return { format: 'text', why: `${name} is ${type}, of two versions of an extension` };
      }
    }
    return { format: 'binary', why: '' };
  }
}

/** Asks a server for types; those it does not have are not in the answer. Throws {@link DatabaseError}. */
export async function readTypes(
  connection: Connection,
  types: readonly string[],
): Promise<ReadonlyMap<string, TypeFacts>> {
  const rows = await connection.query<TypeFacts>(typesSql, [JSON.stringify(types)]);
  return new Map(rows.map((row) => [row.type, row]));
}

// A domain is sent as what it is over. Names of objects (regclass and its like) are sent as numbers.
const typesSql = `
  WITH RECURSIVE named AS (
    SELECT type, to_regtype(type)::oid AS oid FROM json_array_elements_text($1) AS type
  ), base AS (
    SELECT type, oid FROM named WHERE oid IS NOT NULL
    UNION
    SELECT base.type, next.oid FROM base JOIN pg_type t ON t.oid = base.oid,
      LATERAL (SELECT CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE nullif(t.typelem, 0) END AS oid) next
    WHERE next.oid IS NOT NULL AND (t.typtype = 'd' OR t.typcategory = 'A')
  ), facts AS (
    SELECT base.type, t.typtype, n.nspname = 'pg_catalog' AS is_built_in, t.typcategory = 'A' AND t.typtype <> 'd' AS is_array,
           t.typname LIKE 'reg%' AND n.nspname = 'pg_catalog' AS is_name,
           t.typname IN ('int2vector', 'oidvector') AS is_vector, t.typsend = 0 OR t.typreceive = 0 AS is_silent,
           e.extname || ' ' || e.extversion AS extension
    FROM base JOIN pg_type t ON t.oid = base.oid JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension e ON e.oid = d.refobjid
  )
  SELECT type,
         (array_agg(obstacle) FILTER (WHERE obstacle IS NOT NULL))[1] AS obstacle,
         string_agg(DISTINCT extension, ', ') AS extension
  FROM facts, LATERAL (SELECT CASE
    WHEN is_silent THEN 'it has no binary form'
    WHEN is_vector THEN 'an empty one is written in binary and not read'
    WHEN is_name THEN 'names are numbers there'
    WHEN typtype = 'c' THEN 'a composite is sent with numbers of its types'
    WHEN typtype IN ('r', 'm') AND NOT is_built_in THEN 'a range of its own is sent as text'
    WHEN is_array AND NOT is_built_in THEN 'an array of its own type is sent with the number of that type'
    WHEN typtype = 'p' THEN 'a pseudo-type'
  END AS obstacle) o
  GROUP BY type`;
