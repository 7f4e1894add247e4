import { describe, expect, test } from 'vitest';
import { renderRun } from './render-run.ts';
import { sampleRun } from './sample-run.test-support.ts';
import { TimeAxis } from './time-axis.ts';

describe('a time axis', () => {
  test('places moments in proportion to the work, and keeps a night without work short', () => {
    const axis = new TimeAxis([
      { from: 0, to: 60_000 },
      { from: 30_000, to: 90_000 },
      { from: 40_000_000, to: 40_090_000 },
    ]);
    expect(axis.workedMs).toBe(180_000);
    expect(axis.pauses).toEqual([{ from: 90_000, to: 40_000_000, at: expect.closeTo(0.5) }]);
    expect(axis.at(45_000)).toBeCloseTo(0.245);
    expect(axis.at(90_000)).toBeCloseTo(0.49);
    expect(axis.at(40_000_000)).toBeCloseTo(0.51);
    expect(axis.at(40_090_000)).toBeCloseTo(1);
  });

  test('a run in which nothing took time has one place', () => {
    expect(new TimeAxis([{ from: 5, to: 5 }]).at(5)).toBe(0);
    expect(new TimeAxis([]).at(5)).toBe(0);
  });
});

describe('a report of a run', () => {
  test('tells in HTML what was done, escaped, with a strip for each table and stage', () => {
    const page = renderRun(sampleRun(), 'html');
    expect(page).toContain('Some rows were set aside');
    expect(page.match(/<svg class="strip /g)).toHaveLength(5 + 4);
    expect(page).toContain('no chunk and no step was at work');
    expect(page).toContain('crm.&quot;&lt;Odd&gt; &amp; ');
    expect(page).not.toContain('<Odd>');
    expect(page).toContain('no company_id is found for the row');
    expect(page).toContain('12 large objects are on the coordinator');
  });

  test('tells in Markdown the same, one line per table', () => {
    const text = renderRun(sampleRun(), 'markdown');
    expect(text).toContain('# Some rows were set aside');
    expect(text).toMatch(
      /^\| `orders` \| 1,750,000 \| 840 MB \| .* \| direct \| binary \| rows are sorted here/m,
    );
    expect(text).toContain('- `events`: rows were added or changed');
    expect(text).toMatch(/left out\n+- `orders_user_id_fkey ON public\.orders`/);
    expect(text).toContain('- `users`: 3 rows, no company\\_id is found for the row');
  });

  test('is the same again when its JSON is read', () => {
    expect(JSON.parse(renderRun(sampleRun(), 'json'))).toEqual(sampleRun());
  });

  test('has no picture to show where nothing was loaded', () => {
    const empty = { ...sampleRun(), tables: [], steps: [], quarantine: [], recopied: [] };
    expect(renderRun(empty, 'html')).toContain('Every row is there');
    expect(renderRun(empty, 'html')).not.toMatch(/NaN|Infinity|undefined/);
  });
});
