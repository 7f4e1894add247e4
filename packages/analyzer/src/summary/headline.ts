import { formatBytes, formatShare, plural } from '@shardwright/core';
import type { Problem } from '../design/formulate.ts';
import type { Layout } from '../design/layout.ts';
import type { Headline } from '../model/analysis.ts';
import type { Finding } from '../model/finding.ts';
import { listText } from './list-text.ts';

/** What a reader needs to know first. */
export function headline(input: {
  readonly problem: Problem;
  readonly layout: Layout;
  readonly findings: readonly Finding[];
  readonly localShare: number;
  readonly routerShareOfCalls?: number;
}): Headline {
  const { problem, layout, findings } = input;
  const counts = countDecisions(layout);
  const severities = { error: 0, warning: 0, info: 0 };
  for (const finding of findings) severities[finding.severity]++;
  const distributes = counts.distributed + counts.singleShard > 0;
  const verdict = !distributes
    ? 'no'
    : severities.error > 0 || counts.needBackfill > 0
      ? 'with-changes'
      : 'yes';
  return {
    verdict,
    sentence: sentence(problem, layout, counts, verdict, severities, input) + whatIsMissing(problem),
    counts,
    findings: severities,
    ...(input.routerShareOfCalls === undefined ? {} : { routerShareOfCalls: input.routerShareOfCalls }),
  };
}

function countDecisions(layout: Layout): Headline['counts'] {
  const counts = {
    tables: layout.decisions.length,
    distributed: 0,
    reference: 0,
    local: 0,
    singleShard: 0,
    needBackfill: 0,
  };
  for (const decision of layout.decisions) {
    if (decision.kind === 'distributed') {
      counts.distributed++;
      if (decision.addedColumn) counts.needBackfill++;
    } else if (decision.kind === 'single-shard') counts.singleShard++;
    else counts[decision.kind]++;
  }
  return counts;
}

function sentence(
  problem: Problem,
  layout: Layout,
  counts: Headline['counts'],
  verdict: Headline['verdict'],
  severities: Headline['findings'],
  shares: { readonly localShare: number; readonly routerShareOfCalls?: number },
): string {
  if (counts.tables === 0) return 'This input defines no tables, so there is nothing to distribute.';
  if (verdict === 'no') return `Nothing gains from distribution: ${whyNot(problem)}.${wayOut(problem)}`;
  const parts: string[] = [];
  if (counts.singleShard > 0) {
    const schemas = new Set(layout.groups.filter(({ type }) => type === 'schema').map(({ name }) => name));
    parts.push(
      `place ${plural(schemas.size, 'schema')} on one node each (schema-based sharding, ${plural(counts.singleShard, 'table')})`,
    );
  }
  const [main, ...others] = layout.groups.filter(({ type }) => type !== 'schema');
  if (main !== undefined) {
    const rest = counts.distributed - main.tables.length;
    const alone = counts.reference === 0 && counts.local === 0;
    const keys =
      others.length === 0
        ? ''
        : `${alone ? ' and' : ','} ${plural(rest, 'more table')} by ${others.length === 1 ? (others[0]?.name ?? '') : plural(others.length, 'other key')}`;
    parts.push(`distribute ${plural(main.tables.length, 'table')} by ${main.name}${keys}`);
  }
  if (counts.reference > 0) parts.push(`copy ${plural(counts.reference, 'reference table')} to every node`);
  if (counts.local > 0) parts.push(`keep ${counts.local} local`);
  const effects: string[] = [];
  if (shares.routerShareOfCalls !== undefined)
    effects.push(`${formatShare(shares.routerShareOfCalls)} of calls then run on one shard`);
  else if (problem.edges.length > 0)
    effects.push(`${formatShare(shares.localShare)} of the relations, by weight, then need no network`);
  const work: string[] = [];
  if (counts.needBackfill > 0)
    work.push(
      `${plural(counts.needBackfill, 'table')} ${counts.needBackfill === 1 ? 'needs' : 'need'} the key added`,
    );
  if (severities.error > 0) work.push(`${plural(severities.error, 'finding')} must be resolved`);
  const text = `${capital(listText(parts))}${effects.length > 0 ? `; ${effects.join(', ')}` : ''}${work.length > 0 ? `; ${work.join(' and ')}` : ''}.`;
  return text;
}

/** A report on a part of the input must not look whole. */
function whatIsMissing({ catalog: { problems, origin } }: Problem): string {
  const shards =
    origin.citusVersion === undefined
      ? ''
      : ` This database runs Citus ${origin.citusVersion} already: rows in shards were not counted, and how its tables are distributed now was not read.`;
  if (problems.length === 0) return shards;
  return `${shards} ${plural(problems.length, 'statement')} could not be read, and ${problems.length === 1 ? 'its' : 'their'} effect is missing here.`;
}

function whyNot(problem: Problem): string {
  const measured = problem.sizes.every((size) => size.measured);
  const bytes = problem.sizes.reduce((total, size) => total + size.bytes, 0);
  if (
    problem.overrides.length > 0 &&
    problem.overrides.every((override) => override.kind !== 'distributed') &&
    problem.overrides.length >= problem.tables.length
  )
    return 'every table was decided to stay whole';
  if (measured) return `all tables together hold ${formatBytes(bytes)}, which one node serves with ease`;
  const fixed = problem.tables.filter((table) => table.localBecause !== undefined);
  if (fixed.length > 0 && fixed.length < problem.tables.length)
    return `${listText(fixed.slice(0, 7).map(({ table }) => table.name))} must stay on the coordinator (${fixed[0]?.localBecause ?? ''}), and the other tables depend on ${fixed.length === 1 ? 'it' : 'them'} or are small`;
  const hasKeys = problem.options.some((options) => options.some((option) => option.kind === 'distributed'));
  return hasKeys
    ? 'its tables are small or unrelated, and spreading them would cost more than it saves'
    : `no table has a column that Citus could distribute by (${listText(problem.tables.slice(0, 7).map(({ table }) => table.name))})`;
}

/** What a reader could change so that the answer may be another. */
function wayOut({ tables }: Problem): string {
  const inherits = tables.some(({ table }) => table.inherits.length > 0);
  return inherits
    ? ' Turn the inheritance into declarative partitioning, then analyze again: the answer may be another.'
    : '';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
