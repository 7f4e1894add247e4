import { describe, expect, it } from 'vitest';
import { generatedAnalysis, sampleAnalysis } from '../../sample-analysis.test-support.ts';
import { layoutMap } from './layout.ts';

const sizes = [1, 5, 12, 41, 300, 1000];

describe('the map', () => {
  it.each(sizes)('shows or counts every one of %i tables', (size) => {
    const { nodes, panels } = layoutMap(generatedAnalysis(size));
    const hidden = panels.reduce((sum, panel) => sum + (panel.hidden?.count ?? 0), 0);
    expect(nodes.length + hidden).toBe(size);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  });

  it.each(sizes)('lays no two of %i tables over each other and none outside its frame', (size) => {
    const { nodes, panels, width, height } = layoutMap(generatedAnalysis(size));
    const wrong: string[] = [];
    for (const [index, a] of nodes.entries()) {
      const framed = panels.some(
        ({ x, y, width: w, height: h }) =>
          a.x >= x && a.x + a.width <= x + w && a.y >= y && a.y + a.height <= y + h,
      );
      if (!framed) wrong.push(`${a.name} stands outside`);
      for (const b of nodes.slice(index + 1)) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        if (!apart) wrong.push(`${a.name} lies over ${b.name}`);
      }
    }
    expect(wrong).toEqual([]);
    for (const panel of panels) {
      expect(panel.x + panel.width).toBeLessThanOrEqual(width);
      expect(panel.y + panel.height).toBeLessThanOrEqual(height);
    }
  });

  it('puts what others reference to the left of what references it', () => {
    const { nodes } = layoutMap(sampleAnalysis());
    const x = (name: string): number => nodes.find((node) => node.name === name)?.x ?? Number.NaN;
    expect(x('companies')).toBeLessThan(x('users'));
    expect(x('users')).toBeLessThan(x('orders'));
    expect(x('orders')).toBeLessThan(x('line_items'));
  });

  it('marks the table whose key the group is named for', () => {
    const roots = layoutMap(sampleAnalysis()).nodes.filter(({ isRoot }) => isRoot);
    expect(roots.map(({ name }) => name)).toEqual(['companies']);
  });

  it('survives tables that reference each other in a circle', () => {
    const analysis = sampleAnalysis();
    const [first] = analysis.relations;
    if (first === undefined) throw new Error('the sample has relations');
    const circle = {
      ...analysis,
      relations: [...analysis.relations, { ...first, from: first.to, to: first.from }],
    };
    expect(layoutMap(circle).nodes).toHaveLength(12);
  });

  it('lets lines step back on large maps', () => {
    expect(layoutMap(sampleAnalysis()).edges.every(({ emphasis }) => emphasis === 'full')).toBe(true);
    expect(layoutMap(generatedAnalysis(300)).edges.some(({ emphasis }) => emphasis === 'full')).toBe(false);
  });

  it('leaves out a schema that all tables share', () => {
    const analysis = sampleAnalysis();
    const names = (schemas: readonly string[]): string[] => {
      const renamed = analysis.tables.map((table, index) => ({
        ...table,
        schema: schemas[index % schemas.length] ?? '',
      }));
      return layoutMap({ ...analysis, tables: renamed }).nodes.map(({ name }) => name);
    };
    expect(names(['shop']).filter((name) => name.startsWith('shop.'))).toEqual([]);
    expect(names(['shop', 'crm'])).toContain('shop.companies');
  });
});
