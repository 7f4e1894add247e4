import { checkReadsTables } from './check-reads-tables.ts';
import { checkUsesWholeRow } from './check-uses-whole-row.ts';
import { colocationCollationMismatch } from './colocation-collation-mismatch.ts';
import { colocationTypeMismatch } from './colocation-type-mismatch.ts';
import { commentNotPropagated } from './comment-not-propagated.ts';
import { constraintNotValid } from './constraint-not-valid.ts';
import { defaultPrivilegesNotPropagated } from './default-privileges-not-propagated.ts';
import { deferrableConstraint } from './deferrable-constraint.ts';
import { exclusionLacksKey } from './exclusion-lacks-key.ts';
import { extensionOnEveryNode } from './extension-on-every-node.ts';
import { foreignKeyCycle } from './foreign-key-cycle.ts';
import { foreignKeyDefaultFromSequence } from './foreign-key-default-from-sequence.ts';
import { foreignKeyFromLocalToDistributed } from './foreign-key-from-local-to-distributed.ts';
import { foreignKeyFromManagedLocalToDistributed } from './foreign-key-from-managed-local-to-distributed.ts';
import { foreignKeyFromReferenceToDistributed } from './foreign-key-from-reference-to-distributed.ts';
import { foreignKeyFromReferenceToLocalAction } from './foreign-key-from-reference-to-local-action.ts';
import { foreignKeyLacksKey } from './foreign-key-lacks-key.ts';
import { foreignKeyNotColocated } from './foreign-key-not-colocated.ts';
import { foreignKeyOnDeleteSetsKey } from './foreign-key-on-delete-sets-key.ts';
import { foreignKeyOnUpdateChangesKey } from './foreign-key-on-update-changes-key.ts';
import { foreignKeyToLocal } from './foreign-key-to-local.ts';
import { foreignKeyToReferenceTable } from './foreign-key-to-reference-table.ts';
import { foreignTable } from './foreign-table.ts';
import { indexOperatorNotPropagated } from './index-operator-not-propagated.ts';
import { indexTablespace } from './index-tablespace.ts';
import { inheritanceBesideReferenceTable } from './inheritance-beside-reference-table.ts';
import { inheritedTable } from './inherited-table.ts';
import { integerColumnForBigintKey } from './integer-column-for-bigint-key.ts';
import { integerSequenceOnWorkers } from './integer-sequence-on-workers.ts';
import { keyFewValues } from './key-few-values.ts';
import { keyFloatingPoint } from './key-floating-point.ts';
import { keyGenerated } from './key-generated.ts';
import { keyHasNulls } from './key-has-nulls.ts';
import { keyMissing } from './key-missing.ts';
import { keyNegativeScale } from './key-negative-scale.ts';
import { keyNondeterministicCollation } from './key-nondeterministic-collation.ts';
import { keyNullable } from './key-nullable.ts';
import { keyObjectIdentifier } from './key-object-identifier.ts';
import { keyStructuredValue } from './key-structured-value.ts';
import { keyTypeCrashes } from './key-type-crashes.ts';
import { keyTypeDiffersPerNode } from './key-type-differs-per-node.ts';
import { keyTypeUnknown } from './key-type-unknown.ts';
import { keyTypeWithoutHash } from './key-type-without-hash.ts';
import { lonePartition } from './lone-partition.ts';
import { materializedViewOnCoordinator } from './materialized-view-on-coordinator.ts';
import { multiLevelPartitioning } from './multi-level-partitioning.ts';
import { objectNotPropagated } from './object-not-propagated.ts';
import { partitionRefersToReferenceTable } from './partition-refers-to-reference-table.ts';
import { partitionedReferenceTable } from './partitioned-reference-table.ts';
import { policyReadsSetting } from './policy-reads-setting.ts';
import { policyReadsTables } from './policy-reads-tables.ts';
import { policyWithSubquery } from './policy-with-subquery.ts';
import { primaryKeyLacksKey } from './primary-key-lacks-key.ts';
import { publicationOfDistributedTable } from './publication-of-distributed-table.ts';
import { rangeDistribution } from './range-distribution.ts';
import { replicaIdentityMissing } from './replica-identity-missing.ts';
import { reservedName } from './reserved-name.ts';
import { rewriteRule } from './rewrite-rule.ts';
import { rowTypeColumn } from './row-type-column.ts';
import type { Rule } from './rule.ts';
import { schemaForeignKey } from './schema-foreign-key.ts';
import { schemaNotDistributable } from './schema-not-distributable.ts';
import { schemaPartitionElsewhere } from './schema-partition-elsewhere.ts';
import { sequenceExceedsColumn } from './sequence-exceeds-column.ts';
import { sequenceRangesPerNode } from './sequence-ranges-per-node.ts';
import { sequenceSharedAcrossTypes } from './sequence-shared-across-types.ts';
import { sequencesInOneDefault } from './sequences-in-one-default.ts';
import { tableAccessMethod } from './table-access-method.ts';
import { tableTablespace } from './table-tablespace.ts';
import { temporaryTable } from './temporary-table.ts';
import { triggerOnDistributedTable } from './trigger-on-distributed-table.ts';
import { triggerOnReferenceTable } from './trigger-on-reference-table.ts';
import { uniqueConstraintLacksKey } from './unique-constraint-lacks-key.ts';
import { uniqueIncludeHidesKey } from './unique-include-hides-key.ts';
import { uniqueIndexLacksKey } from './unique-index-lacks-key.ts';
import { unloggedTable } from './unlogged-table.ts';
import { unsupportedType } from './unsupported-type.ts';
import { viewReadsTablesInFunction } from './view-reads-tables-in-function.ts';

/** Every rule, by id. */
export const rules: readonly Rule[] = [
  checkReadsTables,
  checkUsesWholeRow,
  colocationCollationMismatch,
  colocationTypeMismatch,
  commentNotPropagated,
  constraintNotValid,
  defaultPrivilegesNotPropagated,
  deferrableConstraint,
  exclusionLacksKey,
  extensionOnEveryNode,
  foreignKeyCycle,
  foreignKeyDefaultFromSequence,
  foreignKeyFromLocalToDistributed,
  foreignKeyFromManagedLocalToDistributed,
  foreignKeyFromReferenceToDistributed,
  foreignKeyFromReferenceToLocalAction,
  foreignKeyLacksKey,
  foreignKeyNotColocated,
  foreignKeyOnDeleteSetsKey,
  foreignKeyOnUpdateChangesKey,
  foreignKeyToLocal,
  foreignKeyToReferenceTable,
  foreignTable,
  indexOperatorNotPropagated,
  indexTablespace,
  inheritanceBesideReferenceTable,
  inheritedTable,
  integerColumnForBigintKey,
  integerSequenceOnWorkers,
  keyFewValues,
  keyFloatingPoint,
  keyGenerated,
  keyHasNulls,
  keyMissing,
  keyNegativeScale,
  keyNondeterministicCollation,
  keyNullable,
  keyObjectIdentifier,
  keyStructuredValue,
  keyTypeCrashes,
  keyTypeDiffersPerNode,
  keyTypeUnknown,
  keyTypeWithoutHash,
  lonePartition,
  materializedViewOnCoordinator,
  multiLevelPartitioning,
  objectNotPropagated,
  partitionRefersToReferenceTable,
  partitionedReferenceTable,
  policyReadsSetting,
  policyReadsTables,
  policyWithSubquery,
  primaryKeyLacksKey,
  publicationOfDistributedTable,
  rangeDistribution,
  replicaIdentityMissing,
  reservedName,
  rewriteRule,
  rowTypeColumn,
  schemaForeignKey,
  schemaNotDistributable,
  schemaPartitionElsewhere,
  sequenceExceedsColumn,
  sequenceRangesPerNode,
  sequenceSharedAcrossTypes,
  sequencesInOneDefault,
  tableAccessMethod,
  tableTablespace,
  temporaryTable,
  triggerOnDistributedTable,
  triggerOnReferenceTable,
  uniqueConstraintLacksKey,
  uniqueIncludeHidesKey,
  uniqueIndexLacksKey,
  unloggedTable,
  unsupportedType,
  viewReadsTablesInFunction,
];
