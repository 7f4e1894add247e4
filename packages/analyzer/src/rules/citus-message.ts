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
