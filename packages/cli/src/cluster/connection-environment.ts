/** Parameters of a connection URL and the environment variables in which libpq looks for them. */
const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  application_name: 'PGAPPNAME',
  channel_binding: 'PGCHANNELBINDING',
  client_encoding: 'PGCLIENTENCODING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  gssencmode: 'PGGSSENCMODE',
  options: 'PGOPTIONS',
  passfile: 'PGPASSFILE',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
};

/** A connection URL as libpq's environment variables; what the URL leaves open stays open. */
export function connectionEnvironment(connectionUrl: string): Readonly<Record<string, string>> {
  const url = new URL(connectionUrl);
  const parts = {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    dbname: decodeURIComponent(url.pathname.slice(1)),
    ...Object.fromEntries(url.searchParams),
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, value]) => {
      const variable = variables[name];
      return variable === undefined || value === '' ? [] : [[variable, value]];
    }),
  );
}
