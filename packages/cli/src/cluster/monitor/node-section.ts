import type { NodeReport } from '@shardwright/cluster';
import { formatBytes, formatCount } from '@shardwright/core';
import { type ScreenSection, type ScreenStyle, table } from './screen-section.ts';

/** Every node with what it does just now. */
export const nodeSection: ScreenSection = ({ nodes }, style) => ({
  title: 'Nodes',
  lines: table(
    [
      { title: 'Node', shrinks: true },
      { title: 'State' },
      { title: 'Conns', align: 'right' },
      { title: 'Query', align: 'right' },
      { title: 'Tx', align: 'right' },
      { title: 'Read', align: 'right' },
      { title: 'Write', align: 'right' },
      { title: 'Cache', align: 'right' },
      { title: 'Size', align: 'right', drops: true },
      { title: 'Index', align: 'right', drops: true },
      { title: 'Locks', align: 'right', drops: true },
      { title: 'PostgreSQL', drops: true },
    ],
    nodes.map(nodeRow),
    style,
    (text, row, column) => (column === 1 ? paintState(text, nodes[row]?.state, style) : text),
  ),
  ...(nodes.some(({ cache }) => cache)
    ? { remark: 'coordinator first; queries, transactions, tuples per second' }
    : {}),
});

function nodeRow(node: NodeReport): readonly string[] {
  const { connections, rates, cache, locks, databaseBytes, postgresVersion } = node;
  const rate = (value: number | undefined): string => (value === undefined ? '' : formatCount(value));
  const share = (now: number | undefined, ever: number | undefined): string => {
    const hits = now ?? ever;
    return hits === undefined ? '' : `${Math.floor(hits * 100)} %`;
  };
  return [
    node.node,
    node.state,
    connections === undefined ? '' : `${connections.used}/${connections.max}`,
    rate(rates?.queries),
    `${rates?.transactionsAreMinimum ? '≥ ' : ''}${rate(rates?.transactions)}`,
    rate(rates?.tuplesRead),
    rate(rates?.tuplesWritten),
    share(cache?.intervalTable, cache?.table),
    databaseBytes === undefined ? '' : formatBytes(databaseBytes),
    share(cache?.intervalIndex, cache?.index),
    locks === undefined ? '' : `${locks.held}${locks.waiting > 0 ? ` +${locks.waiting}` : ''}`,
    postgresVersion ?? '',
  ];
}

function paintState(text: string, state: NodeReport['state'] | undefined, { paint }: ScreenStyle): string {
  switch (state) {
    case 'active':
      return paint.good(text);
    case 'unreachable':
      return paint.severity('error', text);
    case 'inactive':
      return paint.severity('warning', text);
    case 'standby':
    case undefined:
      return text;
    default:
      return state satisfies never;
  }
}
