/** What a caller can ask of an analysis. Table names are `name` or `schema.name`, quoted as in SQL where needed. */
export interface AnalyzeOptions {
  /** Worker nodes the advice is for; 3 when not given. */
  readonly nodes?: number;
  /** Shards per co-location group; recommended from the data when not given. */
  readonly shards?: number;
  /** The tenant to build the design around: `company_id`, `companies` or `companies.id`. */
  readonly tenant?: string;
  readonly distribute?: readonly { readonly table: string; readonly column: string }[];
  readonly reference?: readonly string[];
  readonly local?: readonly string[];
  /** Tables to keep whole on one node with the others of their schema; `schema.*` names all of one. */
  readonly singleShard?: readonly string[];
  /** Tables to distribute by range instead of hash. */
  readonly range?: readonly { readonly table: string; readonly column: string }[];
}

/** Worker nodes assumed when nobody says: the smallest cluster on which placement starts to matter. */
export const defaultNodes = 3;
/** Citus' own default. */
export const defaultShards = 32;
