import { describe, expect, it } from 'vitest';
import { baseName, columnPrefix, nameWords, nearestNames, rowName } from './names.ts';

describe('names', () => {
  it('reads snake case and camel case alike', () => {
    expect(nameWords('tenantRecordId')).toEqual(['tenant', 'record', 'id']);
    expect(nameWords('tenant_record_id')).toEqual(['tenant', 'record', 'id']);
    expect(nameWords('HTTPRequestLog')).toEqual(['http', 'request', 'log']);
  });

  it('names a table for one of its rows', () => {
    expect(
      ['companies', 'order_items', 'addresses', 'statuses', 'people', 'news', 'boxes', 'OrderItems'].map(
        rowName,
      ),
    ).toEqual(['company', 'order_item', 'address', 'status', 'person', 'news', 'box', 'order_item']);
  });

  it('takes off the prefix that all columns of a table carry', () => {
    expect(columnPrefix(['l_orderkey', 'l_partkey', 'l_tax'])).toBe('l');
    expect(columnPrefix(['id', 'name'])).toBeUndefined();
    expect(baseName('l_orderkey', 'l')).toBe('orderkey');
    expect(baseName('c_w_id', 'c')).toBe('w_id');
  });

  it('finds the names that look most like a mistyped one', () => {
    expect(nearestNames('ordres', ['orders', 'order_lines', 'users'])[0]).toBe('orders');
    expect(nearestNames('zzz', ['orders'])).toEqual([]);
  });
});
