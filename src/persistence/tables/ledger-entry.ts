import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { ID, SMALL_WHOLE, WHOLE } from './columns';

/** One leg of a movement. Append-only: the database refuses to change or remove a row. */
@Entity('ledger_entry')
@Unique('ledger_entry_level_key', ['tenantId', 'levelId', 'sequence', 'leg'])
export class LedgerEntryEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'ledger_entry_pkey' })
  tenantId!: string;

  @PrimaryColumn({ ...WHOLE, primaryKeyConstraintName: 'ledger_entry_pkey' })
  sequence!: number;

  @PrimaryColumn({ ...SMALL_WHOLE, primaryKeyConstraintName: 'ledger_entry_pkey' })
  leg!: number;

  @Column(ID)
  levelId!: string;

  @Column(ID)
  itemId!: string;

  @Column(WHOLE)
  delta!: number;

  @Column(WHOLE)
  quantityAfter!: number;

  @Column(WHOLE)
  levelVersion!: number;
}
