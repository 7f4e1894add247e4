import { describe, expect, it } from 'vitest';
import { SecretKeeper } from './secret-keeper.ts';

describe('the secret keeper', () => {
  it('hides the password of any PostgreSQL address', () => {
    const keeper = new SecretKeeper([]);
    expect(keeper.redact('connect to postgres://anna:hunter2@db:5432/shop failed')).toBe(
      'connect to postgres://anna:***@db:5432/shop failed',
    );
    expect(keeper.redact('postgresql://db/shop?user=a&password=hunter2&x=1')).toBe(
      'postgresql://db/shop?user=a&password=***&x=1',
    );
  });

  it('hides the passwords of this command line wherever they turn up, encoded or not', () => {
    const keeper = new SecretKeeper(['analyze', 'postgres://anna:p%40ss%2Fword@db/shop']);
    expect(keeper.redact('tried p@ss/word, then p%40ss%2Fword')).toBe('tried ***, then ***');
  });

  it('hides those of options written with =, and those that are added later', () => {
    const keeper = new SecretKeeper(['status', '--cluster=postgres://anna:hunter2@db/shop']);
    keeper.add('swordfish');
    expect(keeper.redact('hunter2 and swordfish')).toBe('*** and ***');
  });

  it('does not blacken words that mean something else too', () => {
    const keeper = new SecretKeeper(['postgres://shop:shop@db/shop', 'postgres://postgres:postgres@db/a']);
    expect(keeper.redact('postgres://shop:shop@db/shop: the shop of postgres')).toBe(
      'postgres://shop:***@db/shop: the shop of postgres',
    );
  });

  it('leaves a placeholder for a password readable', () => {
    const keeper = new SecretKeeper([]);
    expect(keeper.redact("VALUES (0, 'password=<password>') and password=<x9")).toBe(
      "VALUES (0, 'password=<password>') and password=***",
    );
  });

  it('leaves texts without passwords alone', () => {
    const keeper = new SecretKeeper(['analyze', 'postgres://anna@db/shop', 'dump.sql']);
    expect(keeper.redact('postgres://anna@db/shop at 12:30')).toBe('postgres://anna@db/shop at 12:30');
  });
});
