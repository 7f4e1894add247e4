import type { Kernel } from './kernel.ts';
import { format } from './kernel-layout.ts';

/** How the rows of one COPY section are written. */
export interface CopyTextFormat {
  readonly delimiter: number;
  readonly nullText: string;
  readonly stripsCarriageReturn: boolean;
}

/** Tells the kernel how rows are written and how many fields each has; -1 when nobody knows. */
export function writeCopyFormat({ int32, uint64 }: Kernel, copy: CopyTextFormat, fields: number): void {
  // As the kernel reads short fields: at the upper end of eight bytes.
  const nullText = Buffer.from(copy.nullText).subarray(0, 8);
  const nullWord = Buffer.concat([Buffer.alloc(8 - nullText.length), nullText]);
  int32[format.delimiter / 4] = copy.delimiter;
  int32[format.columns / 4] = fields;
  int32[format.stripsCarriageReturn / 4] = copy.stripsCarriageReturn ? 1 : 0;
  int32[format.nullLength / 4] = copy.nullText.length > 8 ? -1 : nullText.length;
  int32[format.nullIsPlain / 4] = copy.nullText.includes('\\') ? 0 : 1;
  uint64[format.nullWord / 8] = nullWord.readBigUInt64LE(0);
}
