import type { LayoutTable, MapNode } from './map-model.ts';

/** A frame's size and the places of its tables, relative to its own corner. */
export interface PanelBox {
  readonly width: number;
  readonly height: number;
  readonly places: readonly MapNode[];
  readonly total: number;
  /** `layered`: references run from left to right; `short`: they do, with names cut; `packed`: they run anyhow. */
  readonly fit: 'layered' | 'short' | 'packed';
  readonly rest?: { readonly count: number; readonly x: number; readonly y: number; readonly width: number };
}

const chipHeight = 22;
const rowPitch = 28;
const padding = 14;
const titleHeight = 34;
const columnGap = 34;
const characterWidth = 6.9;
const leastChipWidth = 84;
const leastRows = 8;
const mostRows = 24;

/**
 * Places a group's tables in columns. Layered: what others reference stands left of what references it, so that
 * lines run one way; else sorted by size. Tables beyond `most` (the least related, then the smallest) share one chip.
 */
export function arrangePanel(
  tables: readonly LayoutTable[],
  links: readonly (readonly [from: number, to: number])[],
  maxWidth: number,
  options: { readonly layered: boolean; readonly most: number; readonly titleWidth: number },
): PanelBox {
  const inside = new Set(tables.map(({ id }) => id));
  const degree = new Map<number, number>();
  for (const [from, to] of links) {
    for (const id of [from, to]) if (inside.has(id)) degree.set(id, (degree.get(id) ?? 0) + 1);
  }
  const ranked = [...tables].sort(
    (a, b) => (degree.get(b.id) ?? 0) - (degree.get(a.id) ?? 0) || b.bytes - a.bytes || a.id - b.id,
  );
  // A chip for two or three tables would take the place of one of them.
  const shown = ranked.slice(0, tables.length > options.most * 1.2 ? options.most : undefined);
  const rest = tables.length - shown.length;

  const own = links.filter(([from, to]) => inside.has(from) && inside.has(to));
  const layers = options.layered ? layersOf(shown, own) : [shown];
  const longest = Math.max(6, ...shown.map(({ name }) => name.length));
  const available = maxWidth - padding * 2;
  const natural = Math.min(190, Math.ceil(longest * characterWidth) + 16);
  const fitting = (width: number): number =>
    Math.max(1, Math.floor((available + columnGap) / (width + columnGap)));
  // Rather short names than lines that run to and fro.
  const widths = [1, 0.85, 0.72].map((share) => Math.max(leastChipWidth, Math.ceil(natural * share)));
  const layeredWidth = widths.find((width) => layeredColumns(layers, fitting(width)) !== undefined);
  const most = fitting(layeredWidth ?? natural);
  const columns = withRest(layeredColumns(layers, most) ?? packedColumns(layers, most, rest), rest);
  const chipWidth = Math.min(
    layeredWidth ?? natural,
    Math.floor((available + columnGap) / columns.length) - columnGap,
  );

  const tallest = Math.max(...columns.map((column) => column.length));
  const places = columns.flatMap((column, index) =>
    column.flatMap((table, row) =>
      table === undefined
        ? []
        : [
            {
              id: table.id,
              name: table.name,
              label: table.label,
              isRoot: table.isRoot,
              x: padding + index * (chipWidth + columnGap),
              y: titleHeight + row * rowPitch,
              width: chipWidth,
              height: chipHeight,
            },
          ],
    ),
  );
  const lastColumn = columns.length - 1;
  return {
    width: Math.max(options.titleWidth, padding * 2 + columns.length * (chipWidth + columnGap) - columnGap),
    height: titleHeight + tallest * rowPitch - (rowPitch - chipHeight) + padding,
    places,
    total: tables.length,
    fit: layeredWidth === undefined ? 'packed' : layeredWidth < natural ? 'short' : 'layered',
    ...(rest > 0
      ? {
          rest: {
            count: rest,
            x: padding + lastColumn * (chipWidth + columnGap),
            y: titleHeight + ((columns[lastColumn]?.length ?? 1) - 1) * rowPitch,
            width: chipWidth,
          },
        }
      : {}),
  };
}

/** Tables by their longest chain of references inside the group; ordered to stand near what they reference. */
function layersOf(
  tables: readonly LayoutTable[],
  links: readonly (readonly [from: number, to: number])[],
): readonly (readonly LayoutTable[])[] {
  const shown = new Set(tables.map(({ id }) => id));
  const parents = new Map<number, number[]>();
  for (const [from, to] of links) {
    if (shown.has(from) && shown.has(to)) parents.set(from, [...(parents.get(from) ?? []), to]);
  }
  const depths = new Map<number, number>();
  const depthOf = (id: number, path: ReadonlySet<number>): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    // Cycles are cut where they close; six layers are as wide as a screen.
    const above = (parents.get(id) ?? []).filter((parent) => !path.has(parent));
    const deeper = new Set([...path, id]);
    const depth = Math.min(5, Math.max(-1, ...above.map((parent) => depthOf(parent, deeper))) + 1);
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of tables) depthOf(id, new Set());

  const layers: LayoutTable[][] = [];
  for (const table of tables) {
    const depth = depths.get(table.id) ?? 0;
    while (layers.length <= depth) layers.push([]);
    layers[depth]?.push(table);
  }
  const position = new Map<number, number>();
  const settled = layers.filter((layer) => layer.length > 0);
  for (const layer of settled) {
    const wish = (table: LayoutTable): number => {
      const known = (parents.get(table.id) ?? []).flatMap((parent) => position.get(parent) ?? []);
      return known.length === 0 ? 0.5 : known.reduce((sum, one) => sum + one, 0) / known.length;
    };
    layer.sort((a, b) => wish(a) - wish(b) || b.bytes - a.bytes || a.id - b.id);
    for (const [row, { id }] of layer.entries()) position.set(id, (row + 0.5) / layer.length);
  }
  return settled;
}

type Columns = readonly (readonly LayoutTable[])[];

/** Layers cut into columns, as low as the width allows; nothing when they do not fit side by side. */
function layeredColumns(layers: Columns, most: number): Columns | undefined {
  for (let height = leastRows; height <= mostRows; height += 1) {
    const columns = layers.flatMap((layer) => chunks(layer, height));
    if (columns.length <= most) return columns;
  }
  return undefined;
}

function packedColumns(layers: Columns, most: number, rest: number): Columns {
  const all = layers.flat();
  return chunks(all, Math.ceil((all.length + Math.min(1, rest)) / most));
}

/** The chip for tables without a place takes the last one. */
function withRest(columns: Columns, rest: number): readonly (readonly (LayoutTable | undefined)[])[] {
  const last = columns.at(-1);
  return rest > 0 && last !== undefined ? [...columns.slice(0, -1), [...last, undefined]] : columns;
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.max(1, Math.ceil(items.length / size));
  const even = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_, index) => items.slice(index * even, (index + 1) * even));
}
