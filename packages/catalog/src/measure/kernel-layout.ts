/** Where things lie in the kernel's memory, in bytes; the kernel's code and its callers share these numbers. */

/** Rows measured in one go: large enough to amortise calls, small enough that a batch stays in the L2 cache. */
export const batchRows = 256;
/** Columns of one table that are measured; see key-columns.ts for which. */
export const maxKeyColumns = 16;
/** PostgreSQL's own limit is 1600 columns. */
export const maxColumns = 2048;

/** HyperLogLog registers: 2^14 give a standard error of 1.04 / √16384 = 0.8 %. */
export const registerBits = 14;
export const registerCount: number = 1 << registerBits;

/** Slots of the table of exactly counted values; at most half are in use. */
export const valueSlots = 2048;
/** Hash, weighted rows, weighted bytes, rows measured. */
export const valueSlotBytes = 32;
/** Two tables of this many slots for heavy hitters; rows of data take turns between them. */
export const heavySlots = 1024;
/** The second table's slots come from the hash's bits from here on, the first one's from its lowest. */
export const secondTableShift = 20;
/**
 * Candidate (64 bits), its lead, the weight of all values in the slot (32 bits each): both tables and the registers
 * just fit the L1 cache.
 */
export const heavySlotBytes = 16;
/** Weights in those 32 bits stay below this; then a column's state is summed up and begins anew. */
export const maxVotes: number = 2 ** 31 - 2 ** 24;

// What parseRows, skipRows and insertRows leave behind besides their result.
export const control = {
  position: 64,
  status: 68,
  escapes: 72,
  fields: 76,
  /** Lines beyond one per row; for insertRows all lines. */
  continued: 80,
  statements: 84,
  bytes: 88,
} as const;
export const status = { needMore: 0, batchFull: 1, endOfData: 2, wrongFieldCount: 3 } as const;

// What parseRows and insertRows (only `columns`) are told about the table at hand.
export const format = {
  delimiter: 128,
  columns: 132,
  stripsCarriageReturn: 136,
  nullLength: 140,
  nullWord: 144,
  /** Whether the NULL text holds no backslash, so that every field must be compared with it. */
  nullIsPlain: 152,
} as const;

export const rowBytesAt = 1024;
/** For each column of the input its key slot, or -1. */
export const slotOfColumnAt: number = rowBytesAt + batchRows * 4;
/** Fields with escapes: slot × batchRows + row. */
export const escapesAt: number = slotOfColumnAt + maxColumns * 4;
/** Lengths of fields that have no bytes. */
export const nullField = -1;
export const unknownField: number = -2;
/** Per key slot and row: a field's offset in memory and, four bytes on, its length. */
export const fieldsAt: number = escapesAt + maxKeyColumns * batchRows * 4;
/** The hashes of one column's fields of the batch; every column uses the same place. */
export const hashesAt: number = fieldsAt + maxKeyColumns * batchRows * 8;

/** The beginning that the INSERTs of one table share, up to the first row. */
export const insertBeginningAt: number = hashesAt + batchRows * 8;
export const maxInsertBeginning = 16_384;

const registersAt = 64 + valueSlots * valueSlotBytes;
const heavyAt: number = registersAt + registerCount;

/** A column's state: counters, the table of values, then what only columns with many values need. */
export const columnState: Readonly<
  Record<
    | 'nulls'
    | 'widthSum'
    | 'maxWidth'
    | 'isSketching'
    | 'turn'
    | 'threshold'
    | 'values'
    | 'registers'
    | 'heavy'
    | 'size',
    number
  >
> = {
  nulls: 0,
  widthSum: 8,
  maxWidth: 16,
  isSketching: 20,
  threshold: 24,
  turn: 32,
  values: 64,
  registers: registersAt,
  heavy: heavyAt,
  size: heavyAt + 2 * heavySlots * heavySlotBytes,
};

/** Column states in memory at once; tables that were not written to longest make room for others. */
export const poolColumns = 384;
export const poolAt: number = insertBeginningAt + maxInsertBeginning;

/** The window onto the input comes last, and may grow to this size for one long statement or row. */
export const windowAt: number = Math.ceil((poolAt + poolColumns * columnState.size) / 65_536) * 65_536;
export const maxWindowBytes: number = 64 * 1024 * 1024;
/** Reads of 64 bytes may pass the end of the window. */
export const memoryPages: number = (windowAt + maxWindowBytes) / 65_536 + 1;
