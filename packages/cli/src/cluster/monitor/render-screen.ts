import type { MonitorSnapshot } from '@shardwright/cluster';
import { truncate, wrap } from '@shardwright/report';
import { alertSection } from './alert-section.ts';
import { jobSection, replicationSection } from './maintenance-sections.ts';
import { nodeSection } from './node-section.ts';
import { margin, type ScreenSection, type ScreenStyle } from './screen-section.ts';
import { blockedSection, lockSection, sessionSection } from './session-sections.ts';
import { shardSection } from './shard-section.ts';
import { querySection, statementSection, tenantSection } from './workload-sections.ts';

const sections: readonly ScreenSection[] = [
  alertSection,
  nodeSection,
  sessionSection,
  blockedSection,
  lockSection,
  shardSection,
  querySection,
  statementSection,
  tenantSection,
  replicationSection,
  jobSection,
];

/** A snapshot for people: sections that fit 80 characters and use more when there is room. */
export function renderScreen(
  snapshot: MonitorSnapshot,
  { label, ...style }: ScreenStyle & { readonly label: string },
): string {
  const { paint, width } = style;
  const { takenAt, database, citusVersion, intervalSeconds } = snapshot;
  const over = intervalSeconds === undefined ? 'no rates yet' : `rates over ${intervalSeconds.toFixed(1)} s`;
  const time = `${takenAt.slice(0, 19).replace('T', ' ')} UTC`;
  const head = [
    paint.strong(truncate(label, width)),
    ...wrap(`${time}, database ${database}, Citus ${citusVersion}, ${over}`, width).map(paint.faint),
  ];
  const parts = sections.flatMap((section) => {
    const { title, remark, lines } = section(snapshot, style);
    if (lines.length === 0 && remark === undefined) return [];
    const room = width - title.length - margin.length;
    const said = remark === undefined ? '' : `${margin}${paint.faint(truncate(remark, room))}`;
    return ['', `${paint.strong(title)}${said}`, ...lines];
  });
  return `${[...head, ...parts].join('\n')}\n`;
}
