import type { Analysis, Relation } from '@shardwright/analyzer';
import { displayName, nameKey } from '@shardwright/core';
import { decisionGroup, decisionLabel } from '../../decision-label.ts';
import type { LayoutTable, MapEdge, MapLayout, MapPanel } from './map-model.ts';
import { arrangePanel, type PanelBox } from './panel.ts';

// The picture fills the page's width: fewer units make small schemas large enough to read at a glance.
const mapWidths: readonly { readonly tables: number; readonly width: number }[] = [
  { tables: 15, width: 900 },
  { tables: 40, width: 1040 },
  { tables: Number.POSITIVE_INFINITY, width: 1200 },
];
const sideWidth = 250;
const gap = 20;
// Above this number of tables lines step back behind the tables; above that number of lines they hide.
const mostTablesWithLines = 40;
const mostLines = 600;

/** Groups as frames on the left, largest first; reference and local tables in a column on the right. */
export function layoutMap(analysis: Analysis): MapLayout {
  const widths = mapWidths.filter(({ tables }) => analysis.tables.length <= tables);
  const layouts = widths.map(({ width }) => layoutWithin(analysis, width));
  // The largest scale at which references run one way and names stand whole; then the smallest with short names.
  const chosen =
    layouts.find(({ fits }) => fits.every((fit) => fit === 'layered')) ??
    layouts.findLast(({ fits }) => fits.every((fit) => fit !== 'packed')) ??
    layouts[0];
  return chosen?.layout ?? { width: 0, height: 0, nodes: [], panels: [], edges: [] };
}

function layoutWithin(
  analysis: Analysis,
  mapWidth: number,
): { readonly layout: MapLayout; readonly fits: readonly PanelBox['fit'][] } {
  const ids = new Map(analysis.tables.map((table, id) => [nameKey(table), id]));
  const links = analysis.relations.flatMap((relation) => {
    const from = ids.get(nameKey(relation.from));
    const to = ids.get(nameKey(relation.to));
    return from === undefined || to === undefined || from === to ? [] : [{ relation, from, to }];
  });

  const roots = new Set(
    analysis.colocationGroups.flatMap(({ root }) => (root === undefined ? [] : [nameKey(root)])),
  );
  // Where all tables share a schema, its name would only push theirs out of their boxes.
  const isOneSchema = new Set(analysis.tables.map(({ schema }) => schema)).size === 1;
  const members = new Map<string, LayoutTable[]>();
  for (const [id, table] of analysis.tables.entries()) {
    const group = decisionGroup(table.decision);
    const key = group === '' ? ` ${table.decision.kind}` : group;
    const entry = {
      id,
      name: isOneSchema ? table.name : displayName(table),
      label: decisionLabel(table.decision),
      isRoot: roots.has(nameKey(table)),
      bytes: table.bytes ?? 0,
    };
    const known = members.get(key);
    if (known) known.push(entry);
    else members.set(key, [entry]);
  }
  const pairs = links.map(({ from, to }) => [from, to] as const);
  const sides = ([' reference', ' local'] as const).flatMap((key) => {
    const tables = members.get(key);
    return tables === undefined
      ? []
      : [
          {
            kind: key === ' reference' ? ('reference' as const) : ('local' as const),
            title: titles[key],
            tables,
          },
        ];
  });
  const groups = [...members.entries()]
    .filter(([key]) => !key.startsWith(' '))
    .sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))
    .map(([title, tables]) => ({ kind: 'group' as const, title, tables }));

  const mainWidth = sides.length > 0 && groups.length > 0 ? mapWidth - sideWidth - gap * 2 : mapWidth;
  const placed: (PanelBox & {
    readonly kind: MapPanel['kind'];
    readonly title: string;
    x: number;
    y: number;
  })[] = [];

  // Shelves: small groups stand side by side, a wide one has the shelf to itself.
  let x = 0;
  let y = 0;
  let shelf = 0;
  for (const group of groups) {
    const box = arrangePanel(group.tables, pairs, mainWidth, {
      layered: true,
      most: 60,
      titleWidth: Math.min(mainWidth, group.title.length * 7.8 + 110),
    });
    if (x > 0 && x + box.width > mainWidth) {
      x = 0;
      y += shelf + gap;
      shelf = 0;
    }
    placed.push({ ...box, kind: group.kind, title: group.title, x, y });
    x += box.width + gap;
    shelf = Math.max(shelf, box.height);
  }
  const mainHeight = groups.length > 0 ? y + shelf : 0;

  let sideY = 0;
  const sideX = groups.length > 0 ? mapWidth - sideWidth : 0;
  for (const side of sides) {
    const width = groups.length > 0 ? sideWidth : mapWidth;
    const box = arrangePanel(side.tables, pairs, width, {
      layered: false,
      most: groups.length > 0 ? 36 : 120,
      titleWidth: width,
    });
    placed.push({ ...box, width, kind: side.kind, title: side.title, x: sideX, y: sideY });
    sideY += box.height + gap;
  }

  const nodes = placed.flatMap((panel) =>
    panel.places.map((place) => ({ ...place, x: place.x + panel.x, y: place.y + panel.y })),
  );
  const layout: MapLayout = {
    width: mapWidth,
    height: Math.max(mainHeight, sideY - gap, 40),
    nodes,
    panels: placed.map((panel) => ({
      title: panel.title,
      remark: `${panel.total} ${panel.total === 1 ? 'table' : 'tables'}`,
      kind: panel.kind,
      x: panel.x,
      y: panel.y,
      width: panel.width,
      height: panel.height,
      ...(panel.rest === undefined
        ? {}
        : {
            hidden: {
              count: panel.rest.count,
              group: panel.kind === 'group' ? panel.title : '',
              x: panel.x + panel.rest.x,
              y: panel.y + panel.rest.y,
              width: panel.rest.width,
            },
          }),
    })),
    edges: visibleEdges(links, new Set(nodes.map(({ id }) => id)), analysis.tables.length),
  };
  return { layout, fits: placed.flatMap(({ kind, fit }) => (kind === 'group' ? [fit] : [])) };
}

const titles = { ' reference': 'reference tables', ' local': 'local tables' } as const;

function visibleEdges(
  links: readonly { readonly relation: Relation; readonly from: number; readonly to: number }[],
  shown: ReadonlySet<number>,
  tables: number,
): readonly MapEdge[] {
  const drawn = links.filter(({ from, to }) => shown.has(from) && shown.has(to));
  const emphasisOf = (locality: Relation['locality']): MapEdge['emphasis'] => {
    if (tables <= mostTablesWithLines) return 'full';
    if (locality === 'reference' || locality === 'local') return 'hidden';
    return drawn.length <= mostLines ? 'faint' : 'hidden';
  };
  return drawn.map(({ relation, from, to }) => ({
    from,
    to,
    locality: relation.locality,
    inferred: relation.origin !== 'foreign-key',
    title: `${displayName(relation.from)} (${relation.columns.join(', ')}) → ${displayName(relation.to)} (${relation.referencedColumns.join(', ')})`,
    emphasis: emphasisOf(relation.locality),
  }));
}
