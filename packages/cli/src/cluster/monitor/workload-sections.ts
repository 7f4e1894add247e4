import { formatCount, formatShare } from '@shardwright/core';
import { wrap } from '@shardwright/report';
import { isWide, margin, oneLine, type ScreenSection, type ScreenStyle, table } from './screen-section.ts';

/** How many queries one shard could answer. */
export const querySection: ScreenSection = ({ queries }, style) => {
  const title = 'Queries';
  if (queries.kind === 'off') return { title, lines: offLines(queries, style) };
  const { singleShard, multiShard, multiShardShare, intervalSingleShard, intervalMultiShard } = queries;
  const ever = `${formatCount(singleShard)} to one shard, ${formatCount(multiShard)} to several`;
  const share = multiShardShare === undefined ? '' : ` (${formatShare(multiShardShare)})`;
  const recent =
    intervalSingleShard === undefined || intervalMultiShard === undefined
      ? ''
      : `; since the look before ${formatCount(intervalSingleShard)} and ${formatCount(intervalMultiShard)}`;
  return { title, lines: [`${margin}${ever}${share}${recent}`] };
};

/** The coordinator's dearest statements. */
export const statementSection: ScreenSection = ({ statements, intervalSeconds }, style) => {
  const title = 'Statements';
  if (statements === undefined) return { title, lines: [] };
  if (statements.kind === 'off') return { title, lines: offLines(statements, style) };
  return {
    title,
    remark: `by total time, from ${statements.source}`,
    lines: table(
      [
        { title: 'Total', align: 'right' },
        { title: 'Mean', align: 'right' },
        { title: 'Calls', align: 'right' },
        { title: 'Per s', align: 'right' },
        { title: 'Rows', align: 'right' },
        { title: 'Executor' },
        { title: 'Tenants', align: 'right' },
        { title: 'Statement', shrinks: true },
      ],
      statements.top.map(({ totalMs, calls, intervalCalls, rows, executor, tenants, query }) => [
        milliseconds(totalMs),
        milliseconds(calls === 0 ? 0 : totalMs / calls),
        formatCount(calls),
        intervalCalls === undefined || intervalSeconds === undefined
          ? ''
          : formatCount(intervalCalls / intervalSeconds),
        isWide(style) ? formatCount(rows) : '',
        isWide(style) ? (executor ?? '') : '',
        isWide(style) && tenants ? formatCount(tenants) : '',
        oneLine(query),
      ]),
      style,
    ),
  };
};

/** Who asks for most. */
export const tenantSection: ScreenSection = ({ tenants }, style) => {
  const title = 'Tenants';
  if (tenants.kind === 'off') return { title, lines: offLines(tenants, style) };
  return {
    title,
    remark: tenants.top.length === 0 ? 'none in this period and the last' : 'in this period and the last',
    lines: table(
      [
        { title: 'Tenant', shrinks: true },
        { title: 'Group', align: 'right' },
        { title: 'Queries', align: 'right' },
        { title: 'Share', align: 'right' },
        { title: 'Reads', align: 'right' },
        { title: 'CPU', align: 'right' },
      ],
      tenants.top.map((tenant) => [
        tenant.tenant,
        String(tenant.colocationId),
        formatCount(tenant.queriesNow + tenant.queriesBefore),
        formatShare(tenant.share),
        formatCount(tenant.readsNow + tenant.readsBefore),
        milliseconds((tenant.cpuSecondsNow + tenant.cpuSecondsBefore) * 1000),
      ]),
      style,
    ),
  };
};

function offLines(
  { reason, remedy }: { readonly reason: string; readonly remedy: string },
  { width, paint }: ScreenStyle,
): readonly string[] {
  return wrap(
    `Not known: ${reason}. ${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`,
    width - margin.length,
  ).map((line) => `${margin}${paint.faint(line)}`);
}

function milliseconds(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
