/** How a column's values are hashed so that no two that a user can tell apart are the same. */
export type HashForm =
  | { readonly kind: 'integer' | 'bigint' | 'boolean' | 'uuid' | 'bytea' | 'text' }
  /** By its text, which has to be made of it first. */
  | { readonly kind: 'as-text' }
  /** By the bytes of its binary format, which know the scale of a number and the sign of zero. */
  | { readonly kind: 'bytes'; readonly send: string };

/** A column as both sides have it. */
export interface ComparedColumn {
  readonly name: string;
  readonly form: HashForm;
  readonly mayBeNull: boolean;
}

/** A column as one side has it. */
export interface FoundColumn {
  readonly name: string;
  /** As `format_type` prints it. */
  readonly type: string;
  /** PostgreSQL's name of the type or of what a domain stands for; null for types of users. */
  readonly builtIn: string | null;
  readonly notNull: boolean;
}

const forms: Readonly<Record<string, HashForm>> = {
  int2: { kind: 'integer' },
  int4: { kind: 'integer' },
  int8: { kind: 'bigint' },
  bool: { kind: 'boolean' },
  uuid: { kind: 'uuid' },
  bytea: { kind: 'bytea' },
  text: { kind: 'text' },
  varchar: { kind: 'text' },
  ...Object.fromEntries(
    Object.entries({
      float4: 'float4send',
      float8: 'float8send',
      numeric: 'numeric_send',
      money: 'cash_send',
      date: 'date_send',
      time: 'time_send',
      timetz: 'timetz_send',
      timestamp: 'timestamp_send',
      timestamptz: 'timestamptz_send',
      interval: 'interval_send',
    }).map(([type, send]) => [type, { kind: 'bytes', send } as const]),
  ),
};

/**
 * What hashes a column on both sides. Everything that is not in the list is hashed as text: enums, whose own hash is
 * that of an OID, citext, jsonb and arrays, whose own say that 1.0 is 1.00, and whatever extensions bring.
 */
export function hashForm(source: FoundColumn | undefined, target: FoundColumn): HashForm {
  const isSame = source === undefined || source.builtIn === target.builtIn;
  return (isSame && target.builtIn !== null ? forms[target.builtIn] : undefined) ?? { kind: 'as-text' };
}
