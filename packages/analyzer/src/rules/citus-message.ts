/** A server's error as psql prints it: the message, then DETAIL and HINT on lines of their own. */
export function citusError(
  message: string,
  more: { readonly detail?: string; readonly hint?: string } = {},
): string {
  const lines = [message];
  if (more.detail !== undefined) lines.push(`DETAIL:  ${more.detail}`);
  if (more.hint !== undefined) lines.push(`HINT:  ${more.hint}`);
  return lines.join('\n');
}

/** The detail that Citus puts in place of its own when a local table becomes part of its metadata on the way. */
export const metadataDetail =
  'When adding a foreign key from a local table to a reference table, Citus applies a conversion to all the local tables in the foreign key graph';
