import { expect, it } from 'vitest';
import { distinctNames } from './alternative-names.ts';

const counts = { distributed: 5, reference: 2, local: 1, needBackfill: 0 };

it('names a design for its key', () => {
  expect(
    distinctNames([
      { ...counts, key: 'user_id', owner: 'users' },
      { ...counts, key: 'team_id', owner: 'users' },
    ]),
  ).toEqual(['user_id', 'team_id']);
});

it.each([
  [{ owner: 'users' }, { owner: 'admin.users' }, ['user_id of users', 'user_id of admin.users']],
  [
    { owner: 'users' },
    { owner: 'users', needBackfill: 3 },
    ['user_id with 0 backfilled', 'user_id with 3 backfilled'],
  ],
  [{}, { distributed: 4 }, ['user_id with 5 distributed', 'user_id with 4 distributed']],
  [{}, {}, ['user_id (1)', 'user_id (2)']],
])('tells %j from %j', (one, other, names) => {
  expect(
    distinctNames([
      { ...counts, key: 'user_id', ...one },
      { ...counts, key: 'user_id', ...other },
    ]),
  ).toEqual(names);
});
