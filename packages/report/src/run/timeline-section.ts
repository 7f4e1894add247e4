import { formatBytes, plural } from '@shardwright/core';
import { type Html, html } from '../html/markup.ts';
import type { RunReport, RunStep, RunTable } from './run-report.ts';
import { clockTime, elapsed, shortName, stagesOf } from './run-words.ts';
import { strip } from './strip.ts';
import { type Interval, TimeAxis } from './time-axis.ts';

const mostTables = 60;

/** When each table and each stage was at work, on one line of time. */
export function timelineSection({ tables, steps }: RunReport): Html {
  const loaded = tables.filter(({ chunks }) => chunks.length > 0);
  const axis = new TimeAxis([...loaded.flatMap(chunkTimes), ...steps.map(stepTime)]);
  if (axis.workedMs === 0) return '';
  const shown = [...loaded].sort((a, b) => b.bytes - a.bytes).slice(0, mostTables);
  const inOrder = shown.sort((a, b) => beginning(a) - beginning(b));
  const stages = stagesOf(steps);
  const row = (stage: (typeof stages)[number]): Html =>
    lane(stage.title, 'is-stage', stage.steps.map(stepTime), axis, {
      color: 'local',
      told: plural(stage.steps.length, 'step'),
    });
  const paths = [...new Set(shown.map(({ path }) => path))];
  return html`<section id="timeline"><h2>Timeline</h2>
<p class="lead">${elapsed(axis.workedMs / 1000)} of work from ${clockTime(axis.from)} to ${clockTime(axis.to)} UTC; darker where more parts of a table were at work at once. Nodes write down times by their own clocks.</p>
<ul class="legend">${paths.map((path) => html`<li><span class="dot ${colorOf(path)}"></span>${path}</li>`)}<li><span class="dot local"></span>steps of the plan</li></ul>
<div class="timeline">${stages.filter(({ isBefore }) => isBefore).map(row)}${inOrder.map((table) => tableLane(table, axis))}${stages.filter(({ isBefore }) => !isBefore).map(row)}${[scale(axis)]}</div>
${loaded.length > shown.length ? [html`<p class="small">The ${mostTables} largest of ${plural(loaded.length, 'table')} with rows.</p>`] : []}${axis.pauses.map(({ from, to }) => html`<p class="small">From ${clockTime(from)} to ${clockTime(to)}, for ${elapsed((to - from) / 1000)}, no chunk and no step was at work: cut short above.</p>`)}</section>`;
}

/** The colour of a path, which is one of the palette's. */
export function colorOf(path: string): string {
  return path === 'direct' ? 'distributed' : path === 'all-nodes' ? 'backfill' : 'reference';
}

function tableLane(table: RunTable, axis: TimeAxis): Html {
  const { relation, path, bytesPerSecond, chunks } = table;
  return lane(shortName(relation), 'ident', chunkTimes(table), axis, {
    color: colorOf(path),
    told: bytesPerSecond === undefined ? plural(chunks.length, 'chunk') : `${formatBytes(bytesPerSecond)}/s`,
  });
}

function lane(
  name: string,
  kind: string,
  work: readonly Interval[],
  axis: TimeAxis,
  { color, told }: { readonly color: string; readonly told: string },
): Html {
  const from = Math.min(...work.map((one) => one.from));
  const to = Math.max(...work.map((one) => one.to));
  const words = `${name}: from ${clockTime(from)} to ${clockTime(to)}`;
  return html`<div class="lane"><span class="${kind}">${name}</span><span class="track">${[strip(work, axis, color, words)]}${axis.pauses.map(({ at }) => html`<i style="left:${(at * 100).toFixed(2)}%"></i>`)}</span><span class="told">${told}</span></div>`;
}

function scale(axis: TimeAxis): Html {
  const middle = axis.pauses.length > 0 ? '' : `+ ${elapsed(axis.workedMs / 2000)}`;
  return html`<div class="lane scale" aria-hidden="true"><span></span><span class="track"><span>${clockTime(axis.from)}</span><span>${middle}</span><span>${clockTime(axis.to)}</span></span><span></span></div>`;
}

function chunkTimes({ chunks }: RunTable): readonly Interval[] {
  return chunks.map(({ beganAt, loadedAt }) => ({ from: Date.parse(beganAt), to: Date.parse(loadedAt) }));
}

function stepTime({ appliedAt, seconds }: RunStep): Interval {
  const to = Date.parse(appliedAt);
  return { from: to - seconds * 1000, to };
}

function beginning({ chunks }: RunTable): number {
  return Math.min(...chunks.map(({ beganAt }) => Date.parse(beganAt)));
}
