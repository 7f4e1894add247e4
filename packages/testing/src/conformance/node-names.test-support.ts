import type { CitusNode } from '@shardwright/cluster';
import { quoteLiteral } from '@shardwright/core';
import type { NodeLabel } from './conformance-case.test-support.ts';

/** A node with the name that cases use for it. */
export interface LabelledNode extends CitusNode {
  readonly label: NodeLabel;
}

const labels: readonly NodeLabel[] = ['coordinator', 'worker-1', 'worker-2', 'worker-3'];
/** The port that cases use for every node. */
const port = 5432;

/** Nodes, coordinator first, with their names in cases. */
export function labelNodes(nodes: readonly CitusNode[]): readonly LabelledNode[] {
  return labels.flatMap((label, index) => {
    const node = nodes[index];
    return node ? [{ name: node.name, port: node.port, url: node.url, label }] : [];
  });
}

/** A statement with `'worker-1', 5432` replaced by where that node really is. */
export function toRealNames(sql: string, nodes: readonly LabelledNode[]): string {
  return nodes.reduce(
    (text, node) => text.replaceAll(`'${node.label}', ${port}`, `${quoteLiteral(node.name)}, ${node.port}`),
    sql,
  );
}

/** A row with the two cells that name a node replaced by its name in cases. */
export function rowToLabels(row: readonly string[], nodes: readonly LabelledNode[]): readonly string[] {
  return row.map((cell, index) => {
    const label = (name?: string, number?: string) =>
      nodes.find((node) => node.name === name && String(node.port) === number)?.label;
    return (
      label(cell, row[index + 1]) ?? (label(row[index - 1], cell) ? String(port) : toLabels(cell, nodes))
    );
  });
}

/** A text with every address of a node, in the forms that Citus and libpq write, replaced by its name in cases. */
export function toLabels(text: string, nodes: readonly LabelledNode[]): string {
  return nodes.reduce((result, node) => {
    const reached = `at "${node.label}", port ${port}`;
    return result
      .replaceAll(`on socket "${node.name}/.s.PGSQL.${node.port}"`, reached)
      .replace(/at "([^"]+)"(?: \([^)]*\))?, port (\d+)/g, (address, name, number) =>
        name === node.name && number === String(node.port) ? reached : address,
      )
      .replaceAll(`host=${node.name} port=${node.port}`, `host=${node.label} port=${port}`)
      .replaceAll(`remote node ${new URL(node.url).username}@`, 'remote node postgres@')
      .replaceAll(`${node.name}:${node.port}`, `${node.label}:${port}`);
  }, text);
}
