import type { Place } from './conformance-case.test-support.ts';
import { rowToLabels, toLabels } from './node-names.test-support.ts';
import type { OpenPlace } from './place.test-support.ts';
import type { Answer } from './psql.test-support.ts';

/** Statements, each after the prompt that psql shows a superuser. */
export function renderStatements(on: string, sql: string): string {
  return sql
    .trim()
    .replace(/;$/, '')
    .split(/;\n(?=\S)/)
    .map((statement) => `${on}=# ${statement.replace(/\n\s*/g, '\n    ')};`)
    .join('\n');
}

/** A program started in a node's shell. */
export function renderCommand(on: string, command: string): string {
  return `${on}$ ${command}`;
}

/** The start of servers, with what is unusual about their settings. */
export function renderStart({ workers, settings = {} }: Extract<Place, { kind: 'cluster' }>): string {
  const unusual = Object.entries(settings).flatMap(([role, lines]) =>
    Object.entries(lines).map(([name, value]) => `${role}: ${name} = '${value}'`),
  );
  const nodes =
    workers === 0 ? 'a coordinator' : `a coordinator and ${workers} worker${workers === 1 ? '' : 's'}`;
  return `# start ${nodes}${unusual.length > 0 ? `; ${unusual.join(', ')}` : ''}`;
}

/** An answer as psql shows it, with everything that differs from run to run taken out. */
export function renderAnswer({ result, messages }: Answer, { nodes, database }: OpenPlace): string {
  const without = (text: string) => {
    const labelled = toLabels(text, nodes);
    return database === undefined ? labelled : labelled.replaceAll(database, 'shop');
  };
  const shown =
    typeof result === 'string'
      ? without(result)
      : `${renderTable(result.rows.map((row) => rowToLabels(row, nodes).map(without)))}\n${result.footer}`;
  return [without(tidyMessages(messages)), shown].filter((part) => part !== '').join('\n');
}

/** Where in its source a server raised a message changes with every release, the position within the statement shows. */
function tidyMessages(messages: string): string {
  return messages
    .split('\n')
    .filter((line) => !/^(?:LOCATION: |(?:SCHEMA|TABLE|CONSTRAINT) NAME: |LINE \d+: |\s*\^\s*$)/.test(line))
    .map((line) => line.replace(/^(NOTICE|INFO): {2}00000: /, '$1:  '))
    .map((line) => line.replace(/"[^"]*\/extension\//, '"…/extension/'))
    .map((line) => line.replace(/(?<=^DETAIL: .*relid\)=\()\d+/, '…'))
    .join('\n');
}

function renderTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.trimEnd().split('\n')));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...cells.flatMap((row) => (row[column] ?? ['']).map((line) => line.length))),
  );
  const [header = '', ...body] = cells.map((row) => {
    const height = Math.max(...row.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      row
        .map((lines, column) => ` ${(lines[line] ?? '').padEnd(widths[column] ?? 0)}`)
        .join(' |')
        .trimEnd(),
    ).join('\n');
  });
  return [header, widths.map((width) => '-'.repeat(width + 2)).join('+'), ...body].join('\n');
}
