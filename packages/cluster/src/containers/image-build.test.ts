import { expect, test } from 'vitest';
import { readBuildStep } from './image-build.ts';

test('a step of a build is told with its number and what it does, cut to fit a line', () => {
  expect(readBuildStep('Step 2/5 : COPY Dockerfile /\n')).toBe('step 2 of 5, COPY Dockerfile /');
  const long = readBuildStep(`Step 3/5 : RUN ${'apt-get '.repeat(20)}`);
  expect(long).toMatch(/^step 3 of 5, RUN apt-get .*…$/);
  expect(long?.length).toBeLessThan(80);
});

test('what a step says itself is no step', () => {
  expect(readBuildStep(' ---> Running in 0123456789ab\n')).toBeUndefined();
  expect(readBuildStep('')).toBeUndefined();
});
