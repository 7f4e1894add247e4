import { quoteLiteral } from '@shardwright/core';
import type { LoadEnd } from '../journal/load-end.ts';

/**
 * A condition, as SQL, for rows whose transaction was at work when every row was loaded, or began later; for none where
 * that never was. Numbers of transactions wrap; their ages do not.
 */
export function youngerThan(end: LoadEnd | undefined): string {
  if (end === undefined) return 'false';
  const [, next = '', atWork = ''] = end.snapshot.split(':');
  const within32Bits = (id: string): string => quoteLiteral(String(BigInt(id) % 2n ** 32n));
  const ids = atWork.split(',').filter((id) => id !== '');
  const wasAtWork = ids.length === 0 ? '' : ` OR xmin::text IN (${ids.map(within32Bits).join(', ')})`;
  return `age(xmin) <= age(${within32Bits(next)}::xid)${wasAtWork}`;
}
