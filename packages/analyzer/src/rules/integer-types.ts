/** The built-in integer types with their names and ranges. */
export const integerTypes: Readonly<
  Record<string, { readonly sql: string; readonly minimum: bigint; readonly maximum: bigint }>
> = {
  int2: { sql: 'smallint', minimum: -32768n, maximum: 32767n },
  int4: { sql: 'integer', minimum: -2147483648n, maximum: 2147483647n },
  int8: { sql: 'bigint', minimum: -9223372036854775808n, maximum: 9223372036854775807n },
};
