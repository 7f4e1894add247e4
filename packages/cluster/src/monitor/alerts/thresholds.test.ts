import { expect, test } from 'vitest';
import { readThresholds } from './thresholds.ts';

test('thresholds take shares, times, sizes and counts with their units', () => {
  expect(
    readThresholds([
      'connections-used=75%',
      'cache-hit=0.95',
      'blocked-seconds=2min',
      'slot-retained-bytes=2GB',
      'transaction-age=200M',
      'node-skew=1.25',
    ]),
  ).toEqual({
    'connections-used': 0.75,
    'cache-hit': 0.95,
    'blocked-seconds': 120,
    'slot-retained-bytes': 2e9,
    'transaction-age': 200e6,
    'node-skew': 1.25,
  });
});

test.each([
  ['conections=1', /no threshold named "conections"/],
  ['node-skew', /takes a number such as 1.5, not ""/],
  ['blocked-seconds=2GB', /takes a time such as 90s or 5min, not "2GB"/],
  ['cache-hit=-1', /not "-1"/],
])('%s is refused with what is taken', (text, message) => {
  expect(() => readThresholds([text])).toThrow(message);
});
