import { type Connection, connect } from '@shardwright/postgres';

/** How sessions of ours are named in `pg_stat_activity`, with the migration's id behind. */
export const sessionName = 'shardwright migrate';

/** What ends long statements and idle sessions; some are unknown to older servers. */
const timeouts = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
];

/** Values are sent and printed in one way, whatever a server, database or role is set to. */
const settings: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  client_min_messages: 'warning',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  extra_float_digits: '3',
  lc_monetary: 'C',
  array_nulls: 'on',
  standard_conforming_strings: 'on',
  timezone: 'UTC',
  // As pg_dump: what is no whole document is xml, too.
  xmloption: 'content',
  // A source's row security would hide rows; with this it is an error.
  row_security: 'off',
};

/** A server that lost us, in the middle of a statement or between two, ends the session soon; some are unknown to older ones. */
const signsOfLife: Readonly<Record<string, string>> = {
  client_connection_check_interval: '5s',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
};

/** Opens a session that no timeout of the server ends, prepared by statements. Throws {@link DatabaseError}. */
export async function openSession(
  url: string,
  migration = '',
  statements: readonly string[] = [],
): Promise<Connection> {
  const connection = await connect(url, { applicationName: `${sessionName} ${migration}`.trimEnd() });
  try {
    await connection.query('SELECT set_config(name, $2, false) FROM pg_settings WHERE name = ANY ($1)', [
      timeouts,
      '0',
    ]);
    await connection.query('SELECT set_config(key, value, false) FROM json_each_text($1)', [
      JSON.stringify(settings),
    ]);
    await connection.query(
      `SELECT set_config(key, value, false) FROM json_each_text($1) JOIN pg_settings ON name = key`,
      [JSON.stringify(signsOfLife)],
    );
    // A commit that a crash takes back would be one that others were told of: parts of the journal, or other nodes.
    await connection.query(
      "SELECT set_config(name, 'local', false) FROM pg_settings WHERE name = 'synchronous_commit' AND setting = 'off'",
    );
    for (const sql of statements) await connection.query(sql);
    return connection;
  } catch (error) {
    await connection.end().catch(() => {});
    throw error;
  }
}
