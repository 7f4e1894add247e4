import { formatBytes, formatCount, plural } from '@shardwright/core';
import { type ScreenSection, table } from './screen-section.ts';

/** Tables with their shards, largest first. */
export const shardSection: ScreenSection = ({ shards }, style) => {
  const { placements, tables, nodeSkew, inactive = [], leftovers = [] } = shards;
  const facts = [
    ...(placements === undefined ? [] : [plural(placements, 'placement')]),
    ...(inactive.length > 0 ? [`${inactive.length} not usable`] : []),
    ...(leftovers.length > 0 ? [`${leftovers.length} to be cleaned up`] : []),
    ...(nodeSkew === undefined ? [] : [`fullest node ${nodeSkew.toFixed(2)} times the mean`]),
  ];
  return {
    title: 'Shards',
    ...(facts.length === 0 ? {} : { remark: facts.join(', ') }),
    lines: table(
      [
        { title: 'Table', shrinks: true },
        { title: 'Kind' },
        { title: 'Shards', align: 'right' },
        { title: 'Size', align: 'right' },
        { title: 'Largest', align: 'right' },
        { title: 'Times mean', align: 'right' },
      ],
      tables.map(({ table: name, kind, shards: number, unmeasured, bytes, skew, largestBytes }) => [
        name,
        kind,
        formatCount(number),
        `${unmeasured > 0 ? '> ' : ''}${formatBytes(bytes)}`,
        number > 1 && kind === 'distributed' ? formatBytes(largestBytes) : '',
        skew === undefined ? '' : skew.toFixed(1),
      ]),
      style,
    ),
  };
};
