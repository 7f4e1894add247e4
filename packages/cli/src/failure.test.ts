import { PassThrough } from 'node:stream';
import { UsageError } from '@shardwright/core';
import { expect, it } from 'vitest';
import { reportFailure } from './failure.ts';

it('lets no name in a message or hint steer the terminal', async () => {
  const stderr = new PassThrough({ encoding: 'utf8' });
  const error = new UsageError('no table \u001b[2Jorders', { hint: 'did you mean \u009b2Jorder?' });
  const options = { program: 'migrate', stderr, verbose: true, redact: (text: string) => text, json: false };
  expect(await reportFailure(error, options)).toBe(2);
  const text: string = stderr.read();
  expect(text).toContain('migrate: no table \\u001b[2Jorders\nhint: did you mean \\u009b2Jorder?\n');
  for (const raw of ['\u001b', '\u009b']) expect(text).not.toContain(raw);
});
