import { UsageError } from '@shardwright/core';

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** `50MB` in bytes. Throws {@link UsageError}. */
export function readRate(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(text) ?? [];
  const bytes = Number(amount) * (units[unit.toLowerCase()] ?? 1);
  if (bytes >= 1e5) return bytes;
  throw new UsageError(`--max-rate takes at least 100kB per second, such as 50MB, not "${text}"`);
}
