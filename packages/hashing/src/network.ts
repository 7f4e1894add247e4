import { hashBytes } from './hash-bytes.ts';

/** inet and cidr: family, prefix length, address. */
export function hashInternetAddress(text: string): number | undefined {
  const [, address = '', prefix] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const bytes = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (!bytes) return undefined;
  const width = bytes.length * 8;
  const bits = prefix === undefined ? width : Number(prefix);
  if (bits > width) return undefined;
  // PostgreSQL's own family numbers: 2 for IPv4, 3 for IPv6, on every operating system.
  return hashBytes(Uint8Array.from([bytes.length === 4 ? 2 : 3, bits, ...bytes]));
}

/** macaddr and macaddr8: their bytes. */
export function hashHardwareAddress(text: string): number | undefined {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}(:[0-9a-f]{2}:[0-9a-f]{2})?$/i.test(text)
    ? hashBytes(Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16)))
    : undefined;
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half) => (half === '' ? [] : half.split(':').map(parseGroup)));
  const head = before?.flat() ?? [];
  const tail = after?.flat() ?? [];
  if ([...head, ...tail].includes(Number.NaN)) return undefined;
  const missing = 16 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 0) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Two bytes of one group, four of an embedded IPv4 address, NaN for anything else. */
function parseGroup(group: string): readonly number[] {
  if (group.includes('.')) return parseIpv4(group) ?? [Number.NaN];
  if (!/^[0-9a-f]{1,4}$/i.test(group)) return [Number.NaN];
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
