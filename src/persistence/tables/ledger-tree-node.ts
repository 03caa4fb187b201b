import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BYTES, ID, SMALL_WHOLE, WHOLE } from './columns';

/** The root of a complete part of a ledger's Merkle tree: of 2^height movements. Only heights that are multiples of 8 are kept. */
@Entity('ledger_tree_node')
export class LedgerTreeNodeEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'ledger_tree_node_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...SMALL_WHOLE, primaryKeyConstraintName: 'ledger_tree_node_pkey' })
  height!: number;

  /** How many parts of this height are before it. */
  @PrimaryColumn({ ...WHOLE, primaryKeyConstraintName: 'ledger_tree_node_pkey' })
  index!: number;

  @Column(BYTES)
  hash!: Buffer;
}
