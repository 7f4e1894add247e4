import { formatBytes } from '@shardwright/core';
import { type DecisionLabel, decisionLabels, labelInWords } from '../../decision-label.ts';
import type { PageTable } from '../page-data.ts';
import { chartColors, chartSvg } from './echarts-svg.ts';

const most = 60;
// Smaller fields would show the stumps of their names.
const leastLabelledArea = 4_000;

/** Every table's bytes as area, by decision; the small ones of a kind share one field. */
export function sizeChart(tables: readonly PageTable[], width: number, height: number): string {
  const measured = tables.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const large = measured.slice(0, most);
  const total = measured.reduce((sum, { bytes }) => sum + bytes, 0);
  const field = (label: DecisionLabel, name: string, value: number) => ({
    name,
    value,
    itemStyle: { color: chartColors[label] },
    label: { show: (value / total) * width * height >= leastLabelledArea },
  });
  const fields = decisionLabels.flatMap((label) => {
    const own = large.filter((table) => table.label === label);
    const small = measured.slice(most).filter((table) => table.label === label);
    const rest = small.reduce((sum, { bytes }) => sum + bytes, 0);
    return [
      ...own.map((table) => field(label, table.name, table.bytes)),
      ...(rest > 0 ? [field(label, `${small.length} more ${labelInWords(label)}`, rest)] : []),
    ];
  });
  return chartSvg(
    {
      series: [
        {
          type: 'treemap',
          left: 0,
          top: 0,
          right: 0,
          bottom: 0,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          itemStyle: { borderColor: chartColors.surface, borderWidth: 0, gapWidth: 2 },
          label: {
            position: [7, 7],
            fontSize: 11.5,
            lineHeight: 15,
            color: chartColors['on-fill'],
            fontFamily: 'inherit',
            overflow: 'truncate',
            formatter: ({ name, value }) => `${name}\n${formatBytes(Number(value))}`,
          },
          data: fields,
        },
      ],
    },
    { width, height },
  );
}
