import type { Skew } from '@shardwright/analyzer';
import { formatBytes } from '@shardwright/core';
import { chartColors, chartSvg } from './echarts-svg.ts';

// Twice its share of the data is what a node notices.
const notable = 2;

/** Bytes of each shard with the mean as a line; shards of twice the mean stand out. */
export function skewChart(skew: Skew, width: number, height: number): string {
  const total = skew.shardBytes.reduce((sum, bytes) => sum + bytes, 0);
  const mean = total / Math.max(1, skew.shardBytes.length);
  return chartSvg(
    {
      grid: { left: 58, right: 8, top: 12, bottom: 24 },
      xAxis: {
        type: 'category',
        data: skew.shardBytes.map((_, index) => String(index + 1)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: chartColors.line } },
        axisLabel: { color: chartColors.muted, fontSize: 10.5, fontFamily: 'inherit', hideOverlap: true },
      },
      yAxis: {
        type: 'value',
        splitNumber: 3,
        splitLine: { lineStyle: { color: chartColors.line } },
        axisLabel: {
          color: chartColors.muted,
          fontSize: 10.5,
          fontFamily: 'inherit',
          formatter: (bytes: number) => formatBytes(bytes),
        },
      },
      series: [
        {
          type: 'bar',
          barCategoryGap: '22%',
          data: skew.shardBytes.map((bytes) => ({
            value: bytes,
            itemStyle: { color: bytes > mean * notable ? chartColors.error : chartColors.accent },
          })),
          markLine: {
            silent: true,
            symbol: 'none',
            animation: false,
            label: { show: false },
            lineStyle: { color: chartColors.ink, type: 'dashed', width: 1 },
            data: [{ yAxis: mean }],
          },
        },
      ],
    },
    { width, height },
  );
}
