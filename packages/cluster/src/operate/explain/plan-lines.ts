import type { PlanNode } from './read-plan.ts';

const conditions = [
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'Sort Key',
  'Group Key',
  'Sort Method',
  'Rows Removed by Filter',
];

/** A plan tree as text, as EXPLAIN writes it, without costs; with times and rows where it was run. */
export function planLines(node: PlanNode): readonly string[] {
  const details = conditions
    .filter((name) => node[name] !== undefined)
    .map((name) => `  ${name}: ${[node[name]].flat().join(', ')}`);
  const children = Array.isArray(node.Plans) ? node.Plans : [];
  return [
    title(node),
    ...details,
    ...children.flatMap((child: PlanNode) =>
      planLines(child).map((line, index) => (index === 0 ? `->  ${line}` : `    ${line}`)),
    ),
  ];
}

function title(node: PlanNode): string {
  const kind = node['Node Type'] === 'ModifyTable' ? node.Operation : node['Node Type'];
  const provider = node['Custom Plan Provider'];
  const strategy = node['Node Type'] === 'Aggregate' && node.Strategy === 'Hashed' ? 'Hash' : '';
  const join =
    node['Join Type'] === undefined || node['Join Type'] === 'Inner' ? '' : ` ${node['Join Type']}`;
  const index = node['Index Name'] === undefined ? '' : ` using ${node['Index Name']}`;
  const on = node['Relation Name'] ?? node['Function Name'] ?? node['CTE Name'];
  const alias = node.Alias === undefined || node.Alias === on ? '' : ` ${node.Alias}`;
  const run =
    node['Actual Rows'] === undefined
      ? ''
      : `  (${node['Actual Total Time']} ms, ${node['Actual Rows']} rows, ${node['Actual Loops']} loops)`;
  return `${strategy}${kind}${join}${provider === undefined ? '' : ` (${provider})`}${index}${on === undefined ? '' : ` on ${on}${alias}`}${run}`;
}
