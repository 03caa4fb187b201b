import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds the movements of a rare reason in a ledger of any length. Most movements have an everyday reason, which a page meets
 * soon: they are not in the index and cost nothing.
 */
export class MovementsByRareReason1766620800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX movement_reason_idx ON movement (tenant_id, reason, sequence)
      WHERE reason NOT IN ('RECEIPT', 'SHIPMENT', 'ALLOCATION', 'DEALLOCATION', 'ADJUSTMENT', 'COUNT')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX movement_reason_idx');
  }
}
