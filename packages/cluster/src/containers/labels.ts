/** What every container, network and volume of ours carries, so that leftovers can be told from others' things. */
export const label = {
  /** {@link ContainerKind}. */
  kind: 'com.shardwright.kind',
  /** The id of the cluster that it belongs to. */
  cluster: 'com.shardwright.cluster',
  /** Who will remove it: of throw-away ones a process, of named ones a state directory. */
  owner: 'com.shardwright.owner',
  /** Which node it belongs to. */
  node: 'com.shardwright.node',
} as const;

/** Whether a cluster goes with the process that started it, or stays until it is taken down. */
export type ContainerKind = 'throw-away' | 'named';

/** Who a container, network or volume belongs to. */
export interface ClusterLabels {
  readonly kind: ContainerKind;
  readonly cluster: string;
  readonly owner: string;
}

/** Labels as the engine takes them. */
export function toLabels(of: ClusterLabels, node?: string): Record<string, string> {
  return {
    [label.kind]: of.kind,
    [label.cluster]: of.cluster,
    [label.owner]: of.owner,
    ...(node === undefined ? {} : { [label.node]: node }),
  };
}

/** Labels as read from the engine; `undefined` for things that are not ours. */
export function fromLabels(labels: Readonly<Record<string, string>> = {}): ClusterLabels | undefined {
  const { [label.kind]: kind, [label.cluster]: cluster, [label.owner]: owner } = labels;
  if ((kind !== 'throw-away' && kind !== 'named') || !cluster || !owner) return undefined;
  return { kind, cluster, owner };
}
