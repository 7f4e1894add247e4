import { UsageError } from '@shardwright/core';

const units: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** Bytes of a size as postgresql.conf writes it, in powers of 1024. Throws {@link UsageError}. */
export function byteSize(option: string, text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)$/i.exec(text) ?? [];
  const factor = units[unit.toUpperCase()];
  if (factor !== undefined) return Math.floor(Number(amount) * factor);
  throw new UsageError(`--${option} takes a size such as 512MB or 4GB, not "${text}"`);
}
