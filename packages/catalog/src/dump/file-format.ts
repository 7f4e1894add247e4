import { InputError } from '@shardwright/core';

/** What a dump's first bytes say it is. */
export type FileFormat = 'text' | 'gzip' | 'zstd' | 'custom' | 'tar';

/** As many bytes as the formats' marks need: tar's stands at byte 257. */
export const headBytes = 512;

const foreign: readonly { readonly mark: Buffer; readonly name: string; readonly remedy: string }[] = [
  {
    mark: Buffer.from('SQLite format 3\0'),
    name: 'an SQLite database',
    remedy: 'Load it into PostgreSQL first (pgloader does), then give the output of pg_dump.',
  },
  {
    mark: Buffer.from('fd377a585a00', 'hex'),
    name: 'an xz archive',
    remedy: 'Pipe it in: xz -dc FILE | migrate analyze -',
  },
  {
    mark: Buffer.from('BZh'),
    name: 'a bzip2 archive',
    remedy: 'Pipe it in: bzip2 -dc FILE | migrate analyze -',
  },
  {
    mark: Buffer.from('04224d18', 'hex'),
    name: 'an lz4 archive',
    remedy: 'Pipe it in: lz4 -dc FILE | migrate analyze -',
  },
  {
    mark: Buffer.from('PK\u0003\u0004'),
    name: 'a zip archive',
    remedy: 'Pipe it in: unzip -p FILE | migrate analyze -',
  },
  {
    mark: Buffer.from('377abcaf271c', 'hex'),
    name: 'a 7z archive',
    remedy: 'Pipe it in: 7z x -so FILE | migrate analyze -',
  },
];

/** Tells the format by its magic bytes; what cannot be read is refused with what to do instead. */
export function detectFormat(head: Buffer, label: string): FileFormat {
  if (head.length === 0) {
    throw new InputError(
      'the input is empty',
      { input: label },
      { hint: 'Was the dump interrupted? Make it again with pg_dump.' },
    );
  }
  if (startsWith(head, Buffer.from('1f8b', 'hex'))) return 'gzip';
  // pzstd puts a frame in front that is to be skipped: its first byte is 50 to 5f.
  if (/^(28b52ffd|5[0-9a-f]2a4d18)/.test(head.toString('hex', 0, 4))) return 'zstd';
  if (startsWith(head, Buffer.from('PGDMP'))) return 'custom';
  if (head.toString('latin1', 257, 262) === 'ustar') {
    const first = head.toString('latin1', 0, 100).split('\0')[0] ?? '';
    if (first === 'toc.dat') return 'tar';
    throw new InputError(
      `this is a tar archive that begins with ${first}, not one that pg_dump wrote`,
      { input: label },
      { hint: 'Unpack it and give the dump inside.' },
    );
  }
  for (const { mark, name, remedy } of foreign) {
    if (startsWith(head, mark)) throw new InputError(`this is ${name}`, { input: label }, { hint: remedy });
  }
  refuseUtf16(head, label);
  refuseBinary(head, label);
  return 'text';
}

function startsWith(head: Buffer, mark: Buffer): boolean {
  return head.subarray(0, mark.length).equals(mark);
}

function refuseUtf16(head: Buffer, label: string): void {
  const hasMark =
    startsWith(head, Buffer.from('fffe', 'hex')) || startsWith(head, Buffer.from('feff', 'hex'));
  const pairs = Math.floor(head.length / 2);
  let zeros = 0;
  for (let pair = 0; pair < pairs; pair++) {
    if ((head[2 * pair] === 0) !== (head[2 * pair + 1] === 0)) zeros++;
  }
  if (!hasMark && !(pairs >= 4 && zeros > 0.7 * pairs)) return;
  throw new InputError(
    'the text is encoded in UTF-16',
    { input: label },
    {
      hint: 'PowerShell’s > writes that. Use pg_dump --file=FILE, or convert: iconv -f UTF-16 -t UTF-8 FILE',
    },
  );
}

function refuseBinary(head: Buffer, label: string): void {
  const controls = head.filter(
    (byte) => byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32) || byte === 127,
  );
  if (!head.includes(0) && controls.length * 10 < head.length) return;
  throw new InputError(
    'this is a binary file, not a dump',
    { input: label },
    {
      hint: 'Give what pg_dump writes: plain SQL (also .gz or .zst), or a custom, tar or directory archive.',
    },
  );
}
