import { displayName, formatBytes, formatShare, plural } from '@shardwright/core';
import type { OptionCost } from '../design/candidate-key.ts';
import type { DesignTable } from '../design/design-table.ts';
import type { Problem } from '../design/formulate.ts';
import type { Layout } from '../design/layout.ts';
import { localityOf } from '../design/locality.ts';
import { words } from '../design/overrides.ts';
import { isInfrastructure } from '../design/size.ts';
import { listText } from './list-text.ts';

/** Why a table got its decision, weightiest first. */
export function tableReasons(problem: Problem, layout: Layout, table: DesignTable): string[] {
  const override = problem.overrides.find((candidate) => candidate.table.index === table.index);
  const reasons = override === undefined ? [] : [`You decided: ${words(override)}.`];
  const option = problem.options[table.index]?.[layout.choice[table.index] ?? 0];
  switch (option?.kind) {
    case 'distributed':
      reasons.push(...distributedReasons(problem, layout, table));
      break;
    case 'reference':
      reasons.push(...referenceReasons(problem, layout, table));
      break;
    case 'local':
      reasons.push(...localReasons(problem, table));
      break;
    case 'single-shard':
      reasons.push(
        `${problem.tenantSchemas?.reason ?? 'One schema per tenant'}; schema-based sharding keeps ${option.schema} together on one node and needs no distribution column.`,
      );
      break;
    default:
      break;
  }
  return reasons;
}

function distributedReasons(problem: Problem, layout: Layout, table: DesignTable): string[] {
  const option = problem.options[table.index]?.[layout.choice[table.index] ?? 0];
  const decision = layout.decisions[table.index];
  if (option?.kind !== 'distributed' || decision?.kind !== 'distributed') return [];
  const { key } = option;
  const reasons: string[] = [];
  const group = layout.groups.find((candidate) => candidate.name === decision.colocationGroup);
  const companions = (group?.tables.length ?? 1) - 1;
  const domain = problem.domains.list[key.domain];
  const root = domain?.root;
  const scope = problem.tenancy.coverage[key.domain] ?? 0;
  const owner = root === undefined ? undefined : problem.tables[root.table]?.table;
  if (key.added) {
    const steps = key.via
      .map((step) => `${step.columns.join(', ')} to ${displayName(step.to)}`)
      .join(', then ');
    reasons.push(
      `Its rows belong to ${owner === undefined ? `a ${decision.colocationGroup}` : displayName(owner)} through ${steps}: ${key.column} is added and filled over that path, so that they live with the rows they belong to.`,
    );
    if (key.path.some((edge) => !edge.notNull))
      reasons.push('A NULL on that path would leave a row without a key; such rows need one before loading.');
  } else if (root?.table === table.index && companions > 0) {
    reasons.push(
      `${plural(companions, 'co-located table')} ${companions === 1 ? 'refers' : 'refer'} to its ${key.column}: rows that belong together live together.`,
    );
  } else if (companions > 0) {
    reasons.push(
      `${key.column} puts its rows on the node of the ${companions === 1 ? 'other table' : plural(companions, 'other table')} of group ${decision.colocationGroup}.`,
    );
  } else if (table.primaryKey.includes(key.column)) {
    reasons.push(
      `${key.column} is in its primary key and spreads its rows evenly; no other table shares the key.`,
    );
  } else {
    reasons.push(`${key.column} spreads its rows, and lookups by it go to one shard.`);
  }
  if (companions > 0 && scope >= 0.5)
    reasons.push(`Relations lead to ${decision.colocationGroup} from ${formatShare(scope)} of the tables.`);
  reasons.push(...relationReasons(problem, layout, table));
  reasons.push(...costReasons(problem.costs[table.index]?.[layout.choice[table.index] ?? 0]));
  if (decision.timePartitioned)
    reasons.push(`It stays partitioned by ${partitionText(table)}: every shard has its own time partitions.`);
  return reasons;
}

function relationReasons(problem: Problem, layout: Layout, table: DesignTable): string[] {
  const local = new Set<string>();
  const network = new Set<string>();
  for (const edge of problem.edgesOf[table.index] ?? []) {
    if (edge.from === edge.to) continue;
    const other = problem.tables[edge.from === table.index ? edge.to : edge.from];
    if (other === undefined) continue;
    const locality = localityOf(problem, edge, layout.choice);
    (locality === 'network' ? network : local).add(displayName(other.table));
  }
  const reasons: string[] = [];
  if (local.size > 0) reasons.push(`Joins with ${listText([...local])} stay on one node.`);
  if (network.size > 0) reasons.push(`Joins with ${listText([...network])} cross the network.`);
  return reasons;
}

function costReasons(cost: OptionCost | undefined): string[] {
  return (cost?.parts ?? []).flatMap((part) => {
    if (part.what === 'skew') return [`The largest key holds ${part.note ?? 'a large share'} of the rows.`];
    if (part.what === 'few-values' && part.note !== undefined)
      return [`The key has only about ${part.note} values, fewer than there are shards.`];
    if (part.what === 'uniqueness' && part.note !== undefined && part.note !== '0')
      return [
        `${part.note === '1' ? 'A unique constraint does' : `${part.note} unique constraints do`} not contain the key: Citus can enforce uniqueness only per key.`,
      ];
    return [];
  });
}

function referenceReasons(problem: Problem, layout: Layout, table: DesignTable): string[] {
  const size = problem.sizes[table.index];
  const referencing = new Set(
    (problem.edgesOf[table.index] ?? [])
      .filter((edge) => edge.to === table.index && edge.from !== table.index)
      .flatMap((edge) =>
        problem.tables[edge.from] === undefined
          ? []
          : [displayName(problem.tables[edge.from]?.table ?? table.table)],
      ),
  );
  const reasons: string[] = [];
  const sizeText =
    size?.measured === true
      ? `${plural(size.rows, 'row')}, ${formatBytes(size.bytes)}`
      : size?.isLookup === true
        ? 'small by its structure (a lookup table)'
        : 'small next to the distributed tables by its structure';
  if (referencing.size > 0)
    reasons.push(
      `${listText([...referencing])} ${referencing.size === 1 ? 'refers' : 'refer'} to it; a copy on every node keeps those joins and foreign keys local.`,
    );
  reasons.push(`It is ${sizeText}: ${problem.nodes} copies cost less than joins over the network.`);
  const chosen = problem.costs[table.index]?.[layout.choice[table.index] ?? 0];
  if (chosen?.parts.some((part) => part.what === 'tenant-rows'))
    reasons.push('Its rows belong to tenants, so it grows with them: watch its size.');
  return reasons;
}

function localReasons(problem: Problem, table: DesignTable): string[] {
  if (table.localBecause !== undefined) return [`${capital(table.localBecause)}.`];
  if (isInfrastructure(table)) return ['Bookkeeping of a tool: nothing joins with it.'];
  const options = problem.options[table.index] ?? [];
  if (!options.some((option) => option.kind === 'distributed'))
    return [
      'None of its columns can be a distribution column, and nothing needs a copy of it on every node.',
    ];
  const size = problem.sizes[table.index];
  const sizeText =
    size?.measured === true
      ? `It has ${plural(size.rows, 'row')} (${formatBytes(size.bytes)})`
      : 'It looks small';
  return [
    problem.related.has(table.index)
      ? `${sizeText}: neither spreading nor copying it would save more than it costs.`
      : `${sizeText} and no other table relates to it: distributing it gains nothing.`,
  ];
}

function partitionText(table: DesignTable): string {
  return (
    table.table.partitionKey?.keys.map(({ column, expression }) => column ?? expression ?? '').join(', ') ??
    ''
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
