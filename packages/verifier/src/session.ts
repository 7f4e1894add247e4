import { type Connection, connect } from '@shardwright/postgres';

/** What decides how values look as text, the same wherever they are hashed. */
export const pinnedSettings: Readonly<Record<string, string>> = {
  search_path: '',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '3',
  bytea_output: 'hex',
  lc_monetary: 'C',
  xmlbinary: 'base64',
};

const settings: Readonly<Record<string, string>> = {
  ...pinnedSettings,
  statement_timeout: '0',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '0',
  // Whoever may not see all rows is to be told, not shown fewer.
  row_security: 'off',
  // Compiling a query of hundreds of columns takes longer than running it.
  jit: 'off',
};

/** Opens a session that reads values as every other one does. Throws DatabaseError. */
export async function openSession(url: string): Promise<Connection> {
  const connection = await connect(url, { applicationName: 'shardwright verify' });
  const list = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  await connection.query(`SELECT ${list.join(', ')}`);
  return connection;
}
