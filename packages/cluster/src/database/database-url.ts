/** The same server's URL for another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** The same user's URL on another server. */
export function serverUrl(url: string, host: string, port: number): string {
  const other = new URL(url);
  // As host of a `postgres:` URL, a unix socket's directory is percent-encoded.
  other.hostname = host.startsWith('/') ? encodeURIComponent(host) : host;
  other.port = String(port);
  return other.href;
}
