import type { EChartsOption } from 'echarts';
// One file loads in 0.16 s; the package's modules, even only those in use, take 0.56 s.
import { init } from 'echarts/dist/echarts.esm.min.mjs';

/**
 * Colours by the page's variable names. echarts computes with colours, so it gets fixed ones, and the finished
 * picture has them replaced: one picture for light and dark.
 */
export const chartColors = {
  ink: '#010101',
  muted: '#010102',
  line: '#010103',
  accent: '#010104',
  error: '#010105',
  surface: '#010106',
  distributed: '#010107',
  backfill: '#010108',
  reference: '#010109',
  'single-shard': '#01010a',
  local: '#01010b',
  'on-fill': '#01010c',
} as const;

/** A chart as inline SVG that scales to its frame. */
export function chartSvg(
  option: EChartsOption,
  size: { readonly width: number; readonly height: number },
): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, ...option });
    const svg = chart.renderToSVGString();
    const colored = Object.entries(chartColors).reduce(
      (text, [name, color]) =>
        text.replaceAll(
          new RegExp(`${color}|rgb\\(1,1,${Number.parseInt(color.slice(5), 16)}\\)`, 'g'),
          `var(--${name})`,
        ),
      svg,
    );
    // Marks for echarts' own program in the page, which is not there; their numbers differ from run to run.
    const still = colored
      .replace(/<style[^>]*>.*?<\/style>/gs, '')
      .replace(/ (?:ecmeta_\w+|class)="[^"]*"/g, '');
    // The frame decides the width; the text alternative stands beside the picture.
    return still.replace(
      /^<svg width="\d+" height="\d+"/,
      `<svg class="chart" aria-hidden="true" focusable="false" viewBox="0 0 ${size.width} ${size.height}"`,
    );
  } finally {
    chart.dispose();
  }
}
