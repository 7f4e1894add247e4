import { expect, it } from 'vitest';
import { printable } from './printable.ts';
import { renderAnalysis } from './render-analysis.ts';
import { sampleAnalysis } from './sample-analysis.test-support.ts';

it.each(['text', 'json', 'markdown', 'sarif'] as const)(
  'lets no name steer a terminal that prints %s',
  async (format) => {
    const analysis = sampleAnalysis();
    const tables = analysis.tables.map((table) => ({ ...table, name: `\u001b]0;x\u0007${table.name}` }));
    const text = await renderAnalysis({ ...analysis, tables }, format);
    for (const raw of ['\u001b', '\u0007']) expect(text).not.toContain(raw);
  },
);

it('shows what would overwrite a line, and leaves line breaks as they are', () => {
  expect(printable('a\rb\r\nc\td\u009b')).toBe('a\\u000db\r\nc\td\\u009b');
});

it('leaves JSON that says the same', () => {
  const text = JSON.stringify({ subject: 'x\u001b[2J\u009b2J\u202e' });
  expect(JSON.parse(printable(text))).toEqual(JSON.parse(text));
});
