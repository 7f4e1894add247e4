import { type Column, containment } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import type { DesignTable, DesignTables } from '../design/design-table.ts';
import { type Edge, isNeverNull, namingOf } from './edge.ts';
import {
  isSelfGenerated,
  looksLikeIdentifier,
  ownIdentifier,
  ownKeys,
  typeFamily,
  typeKey,
} from './key-columns.ts';
import { baseName, nameWords } from './names.ts';

/** What a column may be called elsewhere when it points here. */
interface Target {
  readonly table: DesignTable;
  readonly columns: readonly string[];
  readonly confidence: number;
}

const minimumConfidence = 0.5;
/** Fewer values than this prove nothing: any two small integers overlap. */
const fewestValues = 8;

/**
 * Relations that no foreign key declares, matched by column name and type and, where data was measured, by values.
 * Columns under a declared foreign key are left alone.
 */
export function inferredEdges(tables: DesignTables, declared: readonly Edge[]): Edge[] {
  const declaredColumns = new Set(
    declared.flatMap((edge) => edge.columns.map((column) => `${edge.from}.${column}`)),
  );
  const { single, composite } = targets(tables.list, declaredColumns);
  const edges: Edge[] = [];
  const push = (from: DesignTable, columns: readonly string[], target: Target): void => {
    const match = judge(from, columns, target);
    if (match === undefined) return;
    edges.push({
      index: declared.length + edges.length,
      from: from.index,
      to: target.table.index,
      columns,
      referencedColumns: target.columns,
      origin: 'inferred',
      evidence: match.evidence,
      confidence: match.confidence,
      notNull: columns.every((name) => {
        const column = from.columns.get(name);
        return column !== undefined && isNeverNull(from, column);
      }),
      isFunctional: true,
      naming: namingOf(from, columns, target.table, target.columns),
    });
  };
  for (const from of tables.list) {
    if (from.table.kind === 'foreign') continue;
    const prefix = from.prefix;
    for (const target of compositeMatches(from, prefix, composite)) {
      if (target.columns.some((column) => declaredColumns.has(`${from.index}.${column}`))) continue;
      push(from, target.columns, target.target);
    }
    for (const column of from.columns.values()) {
      if (declaredColumns.has(`${from.index}.${column.name}`)) continue;
      if (isOwnKey(from, column) || isSelfGenerated(column) || isPolymorphic(from, column)) continue;
      const target = bestTarget(from, column, prefix, single);
      if (target !== undefined) push(from, [column.name], target);
    }
  }
  return edges;
}

function targets(
  tables: readonly DesignTable[],
  declaredColumns: ReadonlySet<string>,
): {
  readonly single: ReadonlyMap<string, readonly Target[]>;
  readonly composite: ReadonlyMap<string, readonly Target[]>;
} {
  const single = new Map<string, Target[]>();
  const composite = new Map<string, Target[]>();
  const add = (map: Map<string, Target[]>, name: string, target: Target): void => {
    // A table that itself carries the name as a reference is not what the name refers to.
    if (map === single && target.table.columns.has(name) && !target.columns.includes(name)) return;
    const list = map.get(name);
    if (list === undefined) map.set(name, [target]);
    else if (!list.some((known) => known.table === target.table)) list.push(target);
  };
  const owners = new Map<string, number>();
  for (const table of tables)
    for (const [column, second] of ownKeys(table)) {
      if (column === undefined || second !== undefined) continue;
      const name = nameWords(column).join('_');
      owners.set(name, (owners.get(name) ?? 0) + 1);
    }
  for (const table of tables) {
    if (table.table.kind === 'foreign') continue;
    const prefix = table.prefix;
    const row = table.rowName;
    const lastWord = row.slice(row.lastIndexOf('_') + 1);
    // `build_id` is rather one of `ci_builds` than one of `ci_pending_builds`, and hardly a `ci_board_pending_build`.
    const byLastWord = 0.7 - 0.05 * row.split('_').length;
    for (const key of ownKeys(table)) {
      const [first] = key;
      if (first === undefined) continue;
      if (key.length > 1) {
        const last = key.at(-1) ?? first;
        add(composite, baseName(last, prefix), { table, columns: key, confidence: 0.8 });
        continue;
      }
      const definition = table.columns.get(first);
      if (definition === undefined) continue;
      const whole = nameWords(first).join('_');
      const bare = baseName(first, prefix);
      const name = (text: string, confidence: number): void =>
        add(single, text, { table, columns: key, confidence });
      if (whole === bare) {
        name(`${row}_${bare}`, 0.9);
        // `changelog.store` for `store.id`: only for columns of a primary key, see bestTarget.
        name(row, 0.75);
        if (lastWord !== row) name(`${lastWord}_${bare}`, byLastWord);
        // A key that is not just `id` names its rows wherever it stands: `orderkey`, `user_id`.
        if (
          !/^(id|key|code|uuid|guid|record_id|name|number|no|oid)$/.test(whole) &&
          looksLikeIdentifier(definition)
        ) {
          // The same key name in several tables is a habit (`resource_id`), not a reference.
          // A key that points elsewhere itself only shares what it points at.
          if (whole.startsWith(row)) name(whole, 0.9);
          else if (!declaredColumns.has(`${table.index}.${first}`)) {
            if (owners.get(whole) === 1) name(whole, 0.75);
            else if (whole.startsWith(lastWord)) name(whole, byLastWord);
          }
        }
        if (bare === 'id') name(`${row}id`, 0.7);
        // `kind_type` and `company_name` are what `kind_id` and `company_id` point at.
        const stem = /^(.+)_(type|name|status|code|master)$/.exec(row)?.[1];
        if (stem !== undefined) name(`${stem}_${bare}`, 0.65);
      } else {
        // Prefixed schemas: `w_id` is warehouse's id and `o_w_id` points at it; `c_custkey` and `o_custkey` meet.
        name(whole, 0.85);
        name(`${row}_${bare}`, 0.9);
        if (!/^(id|key|code|name|date)$/.test(bare)) name(bare, 0.85);
      }
    }
  }
  return { single, composite };
}

function bestTarget(
  from: DesignTable,
  column: Column,
  prefix: string | undefined,
  single: ReadonlyMap<string, readonly Target[]>,
): Target | undefined {
  const whole = nameWords(column.name);
  const bare = nameWords(baseName(column.name, prefix));
  let best: Target | undefined;
  const consider = (name: string, factor: number): void => {
    for (const target of single.get(name) ?? []) {
      if (target.table === from && factor === 1) continue;
      // A table's bare name is more often a label than a reference, unless rows are identified by it.
      if (name === target.table.rowName && !from.primaryKey.includes(column.name)) continue;
      const sameSchema = target.table.table.schema === from.table.schema ? 1 : 0.7;
      const confidence = target.confidence * factor * sameSchema;
      if (confidence > (best?.confidence ?? minimumConfidence - 0.001)) best = { ...target, confidence };
    }
  };
  consider(whole.join('_'), 1);
  if (bare.length !== whole.length) consider(bare.join('_'), 1);
  // Role names: `billing_account_id` ends in a name that has a target.
  for (let skip = 1; skip < bare.length - 1; skip++) consider(bare.slice(skip).join('_'), 0.75);
  return best;
}

function compositeMatches(
  from: DesignTable,
  prefix: string | undefined,
  composite: ReadonlyMap<string, readonly Target[]>,
): { readonly columns: readonly string[]; readonly target: Target }[] {
  const byBase = new Map<string, string>();
  for (const column of from.columns.keys()) byBase.set(baseName(column, prefix), column);
  const matches: { columns: readonly string[]; target: Target }[] = [];
  for (const base of byBase.keys()) {
    for (const target of composite.get(base) ?? []) {
      if (target.table === from) continue;
      const targetPrefix = target.table.prefix;
      const bases = target.columns.map((column) => baseName(column, targetPrefix));
      // Plain (tenant_id, id) keys meet in every pair of tables; they say nothing about a relation.
      if (bases.some((name) => name === 'id')) continue;
      // Sharing columns is not pointing: one of them has to carry the target's name.
      const row = target.table.rowName;
      const word = row.slice(row.lastIndexOf('_') + 1);
      if (!target.columns.some((column) => nameWords(column).includes(word))) continue;
      const columns = bases.flatMap((name) => byBase.get(name) ?? []);
      if (columns.length === bases.length) matches.push({ columns, target });
    }
  }
  return matches;
}

function judge(
  from: DesignTable,
  columns: readonly string[],
  target: Target,
): { readonly confidence: number; readonly evidence: string } | undefined {
  let confidence = target.confidence;
  const words: string[] = [];
  for (const [position, name] of columns.entries()) {
    const left = from.columns.get(name);
    const right = target.table.columns.get(target.columns[position] ?? '');
    if (left === undefined || right === undefined) return undefined;
    if (typeFamily(left.type) !== typeFamily(right.type)) return undefined;
    const same = typeKey(left) === typeKey(right);
    if (!same) confidence *= 0.9;
    words.push(
      `the name of ${name} matches ${displayName(target.table.table)}.${right.name}` +
        (same ? ` (both ${left.type.sql})` : ` (${left.type.sql} and ${right.type.sql})`),
    );
    const inner = from.statistics?.columns[name];
    const outer = target.table.statistics?.columns[right.name];
    if (inner === undefined || outer === undefined || inner.distinct < fewestValues) continue;
    const found = containment(inner, outer);
    if (found === undefined) continue;
    if (found.share < 0.5) return undefined;
    confidence = found.share >= 0.95 ? Math.max(confidence, 0.95) : confidence * found.share;
    const estimated = found.basis === 'exact' ? '' : ' (estimated)';
    words.push(`${Math.round(found.share * 100)} % of its distinct values are found there${estimated}`);
  }
  return confidence < minimumConfidence ? undefined : { confidence, evidence: words.join('; ') };
}

function isOwnKey(table: DesignTable, column: Column): boolean {
  // A key that carries another table's name is a one-to-one relation, not the table's own identity.
  return column.name === ownIdentifier(table);
}

function isPolymorphic(table: DesignTable, column: Column): boolean {
  return column.name.endsWith('_id') && table.columns.has(`${column.name.slice(0, -'_id'.length)}_type`);
}
