// What settles how statements are read, and what tables are made of.
const wanted =
  /^(set\s|select\s+(pg_catalog\.)?set_config|create\s+(or\s+replace\s+)?(schema|extension|type|domain|collation|sequence|table|unlogged|function|procedure|aggregate|operator|cast|language)\b|alter\s+(type|domain|table|sequence|operator|function)\b)/i;
// Roles are not those of the other server, and text comes in UTF-8 whatever the dump is in.
const unwanted = /^set\s+(client_encoding|names|role|session)\b|^alter\s[^;]*\sowner\s+to\s/i;

/** Whether a statement of a dump makes what rows need to be held: types and tables, but no keys that come later. */
export function isPreparing(sql: string): boolean {
  return wanted.test(sql) && !unwanted.test(sql);
}
