import { displayName, type QualifiedName } from '@shardwright/core';
import type { Backfill, BackfillHop } from '../model/backfill.ts';
import { nameOf } from '../model/name-of.ts';
import { decisionsByName, type TargetTable } from '../target/target-database.ts';
import { chain } from './chain.ts';
import { backfillInSource } from './in-source.ts';
import {
  advantage,
  mayEndInNull,
  otherPaths,
  pathOfColumn,
  type SourceTables,
  type ValuePath,
} from './paths.ts';
import { countDriftedOnTarget } from './target-drift.ts';

/** How every table that gains the distribution column has it filled; partitions are filled through their parent. */
export function backfills(sources: SourceTables, targets: readonly TargetTable[]): readonly Backfill[] {
  const decisionOf = decisionsByName(targets);
  return targets.flatMap((target): Backfill[] => {
    const { table, source, decision } = target;
    const path = pathOfColumn(target, sources);
    if (path === undefined || decision.kind !== 'distributed' || table.partitionOf) return [];
    const column = table.columns.find(({ name }) => name === decision.column);
    if (!column) return [];
    const name = nameOf(table);
    const { colocationGroup } = decision;
    const main = chain({ ...path, rows: name, tables: sources });
    const { from, value } = main;
    const others = otherPaths({ path, colocationGroup, tables: sources, decisionOf });
    const alternatives = others.map((other) => {
      const { joins, value: otherValue } = chain({ ...other, rows: name, tables: sources, prefix: 'other' });
      return {
        path: other.hops,
        sourceColumn: other.column,
        countDifferent: `SELECT count(*)\n${from}\n${joins}\nWHERE ${value} IS DISTINCT FROM ${otherValue}`,
      };
    });
    return [
      {
        table: name,
        column: column.name,
        path: path.hops,
        sourceColumn: path.column,
        alternatives,
        ...(others.length === 0 ? {} : { chosenBecause: advantage(path, others, sources) }),
        countSetAside: `SELECT count(*)\n${from}\nWHERE ${value} IS NULL`,
        countDrifted: countDriftedOnTarget({
          table: name,
          column: column.name,
          colocationGroup,
          path,
          decisionOf,
        }),
        inSource: backfillInSource(source, column, main, sources),
        hazards: [
          ...pathHazards(path, column.name, sources),
          ...others.map((other) => alternativeHazard(other, table)),
        ],
      },
    ];
  });
}

function pathHazards(path: ValuePath, column: string, sources: SourceTables): readonly string[] {
  const { hops } = path;
  const holder = hops.at(-1)?.to;
  return [
    ...hops
      .filter((hop) => hop.isOptional)
      .map((hop) => `${words(hop)} may be NULL: such rows get no ${column} and are set aside.`),
    ...(holder !== undefined && mayEndInNull(path, sources)
      ? [`${displayName(holder)} (${path.column}) may be NULL: rows that lead there are set aside.`]
      : []),
    ...hops
      .filter((hop) => hop.constraint === undefined)
      .map(
        (hop) =>
          `No foreign key promises that ${words(hop)} finds a row: those that find none are set aside.`,
      ),
    ...hops
      .filter((hop) => !hop.isUnique)
      .map((hop) => `${words(hop)} may find several rows of ${displayName(hop.to)}; the smallest is taken.`),
  ];
}

function alternativeHazard({ hops }: ValuePath, table: QualifiedName): string {
  const way = hops.map((hop) => `${hop.columns.join(', ')} → ${displayName(hop.to)}`).join(' → ');
  const [first] = hops;
  const broken =
    first?.constraint === undefined
      ? ''
      : `; rows for which it does break ${first.constraint}, which compares both`;
  return `Another way leads over ${way}. Count on the source for how many rows of ${displayName(table)} it gives another value${broken}.`;
}

function words({ from, columns }: BackfillHop): string {
  return `${displayName(from)} (${columns.join(', ')})`;
}
