import type { Relation } from '@shardwright/analyzer';
import type { DecisionLabel } from '../../decision-label.ts';

/** A table on the map, in the map's units (pixels at full size). */
export interface MapNode {
  readonly id: number;
  readonly name: string;
  readonly label: DecisionLabel;
  /** Its primary key is the group's key. */
  readonly isRoot: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A frame around tables that live together. */
export interface MapPanel {
  readonly title: string;
  readonly remark: string;
  readonly kind: 'group' | 'reference' | 'local';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Tables without a place of their own, and where their common chip stands. */
  readonly hidden?: {
    readonly count: number;
    readonly group: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
  };
}

/** A relation between two tables of the map. */
export interface MapEdge {
  readonly from: number;
  readonly to: number;
  readonly locality: Relation['locality'];
  readonly inferred: boolean;
  readonly title: string;
  /** `hidden` until one of its tables is pointed at, `faint` until then: else large maps are all lines. */
  readonly emphasis: 'full' | 'faint' | 'hidden';
}

/** Where everything on the map stands. */
export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly MapNode[];
  readonly panels: readonly MapPanel[];
  readonly edges: readonly MapEdge[];
}

/** A table as the layout needs it. */
export interface LayoutTable {
  readonly id: number;
  readonly name: string;
  readonly label: DecisionLabel;
  readonly isRoot: boolean;
  readonly bytes: number;
}
