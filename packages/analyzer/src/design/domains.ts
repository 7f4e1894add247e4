import type { Edge } from '../relations/edge.ts';
import { looksLikeReference, ownIdentifier, typeFamily } from '../relations/key-columns.ts';
import { baseName } from '../relations/names.ts';
import type { DesignTable } from './design-table.ts';

/** A set of columns whose values mean the same thing, whatever they are called: all `company_id` and `companies.id`. */
export interface Domain {
  readonly id: number;
  readonly columns: readonly { readonly table: number; readonly column: string }[];
  /** The table whose own key the values are; absent when no table of this database holds them. */
  readonly root?: { readonly table: number; readonly column: string };
}

/** All domains, and where each column belongs. */
export interface Domains {
  readonly list: readonly Domain[];
  /** Domain of a table's column; undefined for columns that relate to nothing and name nothing. */
  readonly of: (table: number, column: string) => number | undefined;
}

/** Joins the columns that relations pair into domains; like-named identifiers without an owner join by name. */
export function findDomains(tables: readonly DesignTable[], edges: readonly Edge[]): Domains {
  const ids = new Map<string, number>();
  const members: { table: number; column: string }[] = [];
  const parent: number[] = [];
  const node = (table: number, column: string): number => {
    const key = `${table}.${column}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = members.length;
    ids.set(key, id);
    members.push({ table, column });
    parent.push(id);
    return id;
  };
  const find = (id: number): number => {
    let root = id;
    for (let up = parent[root]; up !== undefined && up !== root; up = parent[root]) root = up;
    for (let at = id; at !== root; ) {
      const up = parent[at] ?? root;
      parent[at] = root;
      at = up;
    }
    return root;
  };
  const unite = (left: number, right: number): void => {
    parent[find(left)] = find(right);
  };
  for (const edge of edges) {
    for (const [position, column] of edge.columns.entries()) {
      const referenced = edge.referencedColumns[position];
      if (referenced !== undefined) unite(node(edge.from, column), node(edge.to, referenced));
    }
  }
  uniteByName(tables, ids, node, unite);
  for (const table of tables) {
    for (const column of table.primaryKey) node(table.index, column);
    const own = ownIdentifier(table);
    if (own !== undefined) node(table.index, own);
  }
  return collect(tables, edges, members, ids, find);
}

/** Identifiers that point at no table of this database (`repo_id`, `movie_id`) still mean the same in every table. */
function uniteByName(
  tables: readonly DesignTable[],
  ids: ReadonlyMap<string, number>,
  node: (table: number, column: string) => number,
  unite: (left: number, right: number) => void,
): void {
  const byName = new Map<string, number>();
  for (const table of tables) {
    const prefix = table.prefix;
    for (const column of table.columns.values()) {
      if (ids.has(`${table.index}.${column.name}`) || !looksLikeReference(column)) continue;
      const name = baseName(column.name, prefix);
      if (
        /^(id|key|uuid|guid|oid|no|num|number|code|ref|record_id|row_?(id|guid)|(external|ext|public|global|remote|legacy|old)_(id|key|uuid))$/.test(
          name,
        )
      )
        continue;
      if (table.columns.has(column.name.replace(/_id$/, '_type')) && column.name.endsWith('_id')) continue;
      const key = `${table.table.schema} ${typeFamily(column.type)} ${name}`;
      const id = node(table.index, column.name);
      const known = byName.get(key);
      if (known === undefined) byName.set(key, id);
      else unite(id, known);
    }
  }
}

function collect(
  tables: readonly DesignTable[],
  edges: readonly Edge[],
  members: readonly { readonly table: number; readonly column: string }[],
  ids: ReadonlyMap<string, number>,
  find: (id: number) => number,
): Domains {
  const domainIds = new Map<number, number>();
  const grouped: { table: number; column: string }[][] = [];
  for (const [id, member] of members.entries()) {
    const root = find(id);
    const known = domainIds.get(root);
    if (known === undefined) {
      domainIds.set(root, grouped.length);
      grouped.push([member]);
    } else grouped[known]?.push(member);
  }
  const referencing = new Set(
    edges.flatMap((edge) => edge.columns.map((column) => `${edge.from}.${column}`)),
  );
  const list = grouped.map((columns, id): Domain => {
    // The root holds the values as its own key and points at no one with them.
    const roots = columns.filter(({ table, column }) => {
      const definition = tables[table];
      if (definition === undefined || referencing.has(`${table}.${column}`)) return false;
      return (
        definition.primaryKey.join() === column ||
        ownIdentifier(definition) === column ||
        definition.uniques.some((unique) => unique.join() === column)
      );
    });
    const [root] = roots;
    return roots.length === 1 && root !== undefined ? { id, columns, root } : { id, columns };
  });
  return {
    list,
    of: (table, column) => {
      const id = ids.get(`${table}.${column}`);
      return id === undefined ? undefined : domainIds.get(find(id));
    },
  };
}
