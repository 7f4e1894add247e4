import { type Column, containment } from '@shardwright/catalog';
import { displayName } from '@shardwright/core';
import type { DesignTable, DesignTables } from '../design/design-table.ts';
import { type Edge, isNeverNull, namingOf } from './edge.ts';
import { isSelfGenerated, ownIdentifier, typeFamily, typeKey } from './key-columns.ts';
import { baseName, nameWords } from './names.ts';
import { pointedAt, type Target } from './targets.ts';

const minimumConfidence = 0.5;
/** Fewer values than this prove nothing: any two small integers overlap. */
const fewestValues = 8;
/** Keys of other systems: `external_account_id`, `providerSessionId`. */
const foreignWords: ReadonlySet<string> = new Set(['external', 'provider', 'remote']);

/**
 * Relations that no foreign key declares, matched by column name and type and, where data was measured, by values.
 * Columns under a declared foreign key are left alone.
 */
export function inferredEdges(tables: DesignTables, declared: readonly Edge[]): Edge[] {
  const declaredColumns = new Set(
    declared.flatMap((edge) => edge.columns.map((column) => `${edge.from}.${column}`)),
  );
  const { single, composite } = pointedAt(tables.list, declaredColumns);
  const edges: UnnumberedEdge[] = [];
  const push = (from: DesignTable, columns: readonly string[], target: Target): void => {
    const match = judge(from, columns, target);
    if (match === undefined) return;
    edges.push({
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
  return withoutMutual(edges).map((edge, position) => ({ index: declared.length + position, ...edge }));
}

type UnnumberedEdge = Omit<Edge, 'index'>;

/** Two tables that point at each other by the same columns only name their keys alike. */
function withoutMutual(edges: readonly UnnumberedEdge[]): UnnumberedEdge[] {
  const side = (table: number, columns: readonly string[]): string => [table, ...columns].join('\n');
  const there = new Set(
    edges.map(({ from, columns, to, referencedColumns }) =>
      [side(from, columns), side(to, referencedColumns)].join(),
    ),
  );
  return edges.filter(
    ({ from, columns, to, referencedColumns }) =>
      from === to || !there.has([side(to, referencedColumns), side(from, columns)].join()),
  );
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
      // From within, only what identifies a row is worth pointing at: not `secret_key` by `fast_secret_key`.
      if (target.table === from && !identifiesRows(from, target.columns)) continue;
      const kinship = target.byLastWord === true ? kinshipOf(from, target.table) : 0;
      if (kinship === undefined) continue;
      const sameSchema = target.table.table.schema === from.table.schema ? 1 : 0.7;
      const confidence = (target.confidence + kinship) * factor * sameSchema;
      if (confidence > (best?.confidence ?? minimumConfidence - 0.001)) best = { ...target, confidence };
    }
  };
  consider(whole.join('_'), 1);
  if (bare.length !== whole.length) consider(bare.join('_'), 1);
  // Role names: `billing_account_id` ends in a name that has a target.
  for (let skip = 1; skip < bare.length - 1 && !foreignWords.has(bare[skip - 1] ?? ''); skip++)
    consider(bare.slice(skip).join('_'), 0.75);
  return best;
}

function identifiesRows(table: DesignTable, columns: readonly string[]): boolean {
  return columns.join() === table.primaryKey.join() || columns.join() === ownIdentifier(table);
}

/**
 * What the tables' names add where only the last word of the target's matched: `ci_builds.stage_id` is rather one of
 * `ci_stages` than one of `board_stages`. Undefined for tables that are both of that kind, of which neither owns it:
 * `work_item_assignees` and `merge_request_assignees`.
 */
function kinshipOf(from: DesignTable, to: DesignTable): number | undefined {
  const own = from.rowName.split('_');
  const [last, ...leading] = to.rowName.split('_').reverse();
  const shared = leading.filter((word) => own.includes(word)).length;
  if (own.at(-1) === last && shared < leading.length) return undefined;
  return shared > 0 ? 0.05 : 0;
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
