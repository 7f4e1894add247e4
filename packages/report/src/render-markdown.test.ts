import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './render-markdown.ts';
import { generatedAnalysis, sampleAnalysis } from './sample-analysis.test-support.ts';

describe('Markdown', () => {
  it('has a heading for each part', () => {
    const headings = renderMarkdown(sampleAnalysis())
      .split('\n')
      .filter((line) => /^##? /.test(line));
    expect(headings).toEqual([
      '# Ready after changes: shop.sql',
      '## Co-location groups',
      '## Decisions',
      '## Findings',
      '## Queries',
      '## Alternatives',
      '## What this rests on',
    ]);
  });

  it('gives every row of a table the cells of its heading', () => {
    const analysis = sampleAnalysis();
    const hostile = {
      ...analysis,
      tables: analysis.tables.map((table) => ({
        ...table,
        name: `a|b\`${table.name}`,
        reasons: ['x | y\nz'],
      })),
    };
    let cells = 0;
    for (const line of renderMarkdown(hostile).split('\n')) {
      if (!line.startsWith('|')) cells = 0;
      else {
        const count = line.replaceAll('\\|', '').split('|').length;
        if (cells > 0) expect(count).toBe(cells);
        cells = count;
      }
    }
  });

  it('lets no text of the database become markup', () => {
    const analysis = sampleAnalysis();
    const text = renderMarkdown({
      ...analysis,
      headline: { ...analysis.headline, sentence: '<img src=x> *bold* [a](b) #1 &lt;b&gt;' },
    });
    expect(text).toContain('&lt;img src=x\\> \\*bold\\* \\[a\\](b) \\#1 &amp;lt;b&amp;gt;');
  });

  it('stays below what a pull request comment may hold, and says what it leaves out', () => {
    const text = renderMarkdown(generatedAnalysis(2000));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and 1,\d00 more in the HTML report\./);
  });
});
