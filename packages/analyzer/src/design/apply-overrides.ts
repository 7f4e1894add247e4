import { displayName, UsageError } from '@shardwright/core';
import type { Option } from './candidate-key.ts';
import { addedKeyOption, type CandidateInput, keyOption } from './candidates.ts';
import type { DesignTable } from './design-table.ts';
import { findColumn, type Override } from './overrides.ts';

/** Options with those the user asked for among them, and which of them are open. */
export interface OpenOptions {
  readonly options: readonly (readonly Option[])[];
  /** By table: positions that may be chosen. */
  readonly allowed: readonly (readonly number[])[];
}

/** Fixes what the user decided; an impossible decision is a usage error that says why. */
export function applyOverrides(input: {
  readonly candidates: CandidateInput;
  readonly options: readonly (readonly Option[])[];
  readonly overrides: readonly Override[];
  readonly tenantDomain?: number;
}): OpenOptions {
  const fixed = new Map(input.overrides.map((override) => [override.table.index, override]));
  const options: (readonly Option[])[] = [];
  const allowed: number[][] = [];
  for (const table of input.candidates.tables) {
    const found = input.options[table.index] ?? [];
    const override = fixed.get(table.index);
    if (override === undefined) {
      options.push(found);
      allowed.push(tenantFirst(found, input.tenantDomain));
      continue;
    }
    const wanted = overrideOption(table, override, found, input.candidates);
    const position = found.indexOf(wanted);
    options.push(position >= 0 ? found : [...found, wanted]);
    allowed.push([position >= 0 ? position : found.length]);
  }
  return { options, allowed };
}

/** With a tenant given, a table that can have its key has it, or stays whole on every node. */
function tenantFirst(options: readonly Option[], domain: number | undefined): number[] {
  const all = [...options.keys()];
  if (domain === undefined) return all;
  const keyed = all.filter((position) => {
    const option = options[position];
    return option?.kind === 'distributed' && option.key.domain === domain;
  });
  if (keyed.length === 0) return all;
  // A column the table has already decides; one that would have to be added still competes with replication.
  const own = keyed.filter((position) => {
    const option = options[position];
    return option?.kind === 'distributed' && !option.key.added;
  });
  if (own.length > 0) return own;
  return all.filter((position) => keyed.includes(position) || options[position]?.kind === 'reference');
}

function overrideOption(
  table: DesignTable,
  override: Override,
  found: readonly Option[],
  input: CandidateInput,
): Option {
  if (override.kind === 'single-shard') {
    return (
      found.find(({ kind }) => kind === 'single-shard') ?? {
        kind: 'single-shard',
        schema: table.table.schema,
      }
    );
  }
  if (override.kind !== 'distributed')
    return found.find((option) => option.kind === override.kind) ?? { kind: override.kind };
  const known = found.find(
    (option) => option.kind === 'distributed' && option.key.column === override.column,
  );
  if (known !== undefined) return known;
  const name = displayName(table.table);
  // A column that does not exist may still be one that relations lead to.
  if (!table.columns.has(override.column)) {
    for (const domain of input.tenancy.reach[table.index]?.keys() ?? []) {
      const added = addedKeyOption(table, domain, input);
      if (added?.column === override.column) return { kind: 'distributed', key: added };
    }
  }
  const columnName = findColumn(table, override.column);
  const column = table.columns.get(columnName);
  if (column === undefined) throw new UsageError(`${name} has no column ${override.column}.`);
  const [obstacle] = input.obstacles(table.table, column);
  if (obstacle !== undefined)
    throw new UsageError(`${name} cannot be distributed by ${columnName}: ${obstacle}`, {
      hint: 'Choose another column, or keep the table local or as a reference table.',
    });
  return {
    kind: 'distributed',
    key: keyOption(table, column, input.domains.of(table.index, columnName) ?? -1, 0.9),
  };
}
