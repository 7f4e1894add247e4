import type { Catalog } from '@shardwright/catalog';
import { nameKey, type QualifiedName, quoteLiteral, quoteQualifiedName } from '@shardwright/core';
import type { Decision } from '../model/analysis.ts';
import type { Design } from '../model/design.ts';
import type { DesignWords } from './rule-example.test-support.ts';

const isPartitioned = (catalog: Catalog, name: QualifiedName): boolean =>
  catalog.tables.some((table) => nameKey(table) === nameKey(name) && table.kind === 'partitioned');

function qualified(written: string): QualifiedName {
  const [first = '', second] = written.split('.');
  return second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
}

/** A design in the words of the examples. */
export function designOf(words: DesignWords, catalog: Catalog): Design {
  const decisions = Object.entries(words).map(([written, word]): [string, Decision] => {
    const name = qualified(written);
    return [nameKey(name), decisionOf(word, name, isPartitioned(catalog, name))];
  });
  return { decisions: new Map(decisions), shardCount: 4, nodes: 2 };
}

function decisionOf(word: string, name: QualifiedName, timePartitioned: boolean): Decision {
  if (word === 'reference' || word === 'local') return { kind: word };
  if (word === 'schema') return { kind: 'single-shard', schema: name.schema, colocationGroup: name.schema };
  const [, range, plus, column = '', group = 'common'] =
    /^(range )?(\+)?(\w+)(?: in (\w+))?$/.exec(word) ?? [];
  return {
    kind: 'distributed',
    column,
    colocationGroup: group,
    addedColumn: plus !== undefined,
    via: [],
    method: range === undefined ? 'hash' : 'range',
    timePartitioned,
  };
}

/** The calls that spread the tables so, in the order of the words; partitions follow their parents. */
export function spreadStatements(words: DesignWords, catalog: Catalog): readonly string[] {
  const { decisions } = designOf(words, catalog);
  const anchors = new Map<string, string>();
  const schemas = new Set<string>();
  return Object.keys(words).flatMap((written) => {
    const name = qualified(written);
    const decision = decisions.get(nameKey(name));
    const table = catalog.tables.find((one) => nameKey(one) === nameKey(name));
    const parent = table?.partitionOf?.parent;
    const parentKind = parent && decisions.get(nameKey(parent))?.kind;
    if (decision === undefined || decision.kind === 'local') return [];
    if (parentKind !== undefined && parentKind !== 'local') return [];
    const literal = quoteLiteral(quoteQualifiedName(name));
    if (decision.kind === 'reference') return [`SELECT create_reference_table(${literal})`];
    if (decision.kind === 'single-shard') {
      if (schemas.has(name.schema)) return [];
      schemas.add(name.schema);
      return [`SELECT citus_schema_distribute(${quoteLiteral(name.schema)})`];
    }
    const column = quoteLiteral(decision.column);
    if (decision.method === 'range')
      return [`SELECT create_distributed_table(${literal}, ${column}, 'range')`];
    const anchor = anchors.get(decision.colocationGroup);
    if (anchor === undefined) anchors.set(decision.colocationGroup, literal);
    return [`SELECT create_distributed_table(${literal}, ${column}, colocate_with => ${anchor ?? "'none'"})`];
  });
}
