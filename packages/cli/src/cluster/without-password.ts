/** A connection URL that can be shown to others. */
export function withoutPassword(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  url.password = '';
  for (const parameter of ['password', 'sslpassword']) url.searchParams.delete(parameter);
  return url.href;
}
