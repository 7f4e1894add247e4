import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../render-analysis.ts';
import { generatedAnalysis, sampleAnalysis } from '../sample-analysis.test-support.ts';

const page = (analysis = sampleAnalysis()): Promise<string> =>
  renderAnalysis(analysis, 'html', { toolVersion: '1.0.0' });

describe('the page', () => {
  it('needs nothing but itself', async () => {
    const text = await page();
    const addresses = [...text.matchAll(/(?:src|href|action|data)="([^"]*)"/g)].map(
      ([, address]) => address ?? '',
    );
    expect(addresses.filter((address) => !/^(#|data:,)/.test(address))).toEqual([]);
    expect(text).not.toMatch(/@import|url\((?!#|data:)|<link rel="stylesheet"|<script src/);
    expect(text).toContain('default-src &#39;none&#39;');
  });

  it('lets no text of the database become markup', async () => {
    const analysis = sampleAnalysis();
    const evil = '</script><img src=x onerror=alert(1)>"\'&';
    const text = await page({
      ...analysis,
      origin: { ...analysis.origin, label: evil },
      tables: analysis.tables.map((table) => ({ ...table, name: `${evil}${table.name}`, reasons: [evil] })),
      findings: analysis.findings.map((finding) => ({
        ...finding,
        message: evil,
        object: evil,
        remedy: evil,
      })),
    });
    expect(text).not.toContain('<img');
    expect(text.match(/<\/script>/g)).toHaveLength(3);
  });

  it('is the same for the same analysis', async () => {
    expect(await page()).toBe(await page());
  });

  it('stays below 10 MB for 5,000 tables', async () => {
    expect(Buffer.byteLength(await page(generatedAnalysis(5000)))).toBeLessThan(10_000_000);
  });

  it('takes the colours of its pictures from the page', async () => {
    const text = await page();
    expect(text).not.toMatch(/#01010|rgb\(1,1,/);
    expect(text).toContain('fill="var(--distributed)"');
  });

  it('says so when there are no rows, no workload, no findings and no tables', async () => {
    const { workload: _workload, ...analysis } = sampleAnalysis();
    const text = await page({
      ...analysis,
      tables: [],
      colocationGroups: [],
      relations: [],
      findings: [],
      alternatives: [],
      coverage: { ...analysis.coverage, noWorkload: 'No workload: the server counts none.' },
    });
    expect(text).toContain('No rows were seen');
    expect(text).toContain('No workload: the server counts none.');
    expect(text).toContain('<h2>Findings</h2><p>None.</p>');
    expect(text).not.toContain('id="alternatives"');
    expect(text.slice(0, text.indexOf('<script>'))).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('sets the chosen design beside the others, with nothing left out', async () => {
    const text = await page();
    const chosen = /<tr class="chosen">.*?<\/tr>/s.exec(text.slice(text.indexOf('id="alternatives"')))?.[0];
    expect(chosen).toContain('93 %');
    expect(chosen).not.toContain('<td></td>');
  });
});
