import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stock that is held for carts and orders, and what says when the next hold ends. */
export class Reservations1767052800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE reservation_place');
    await queryRunner.query('DROP TABLE reservation');
    await queryRunner.query('ALTER TABLE inventory_record DROP COLUMN safety_stock');
    await queryRunner.query(
      'ALTER TABLE ledger_head DROP COLUMN next_expiry, DROP COLUMN open_reservations, DROP COLUMN back_orders',
    );
  }
}

const isolated = (table: string): string[] => [
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
  `CREATE POLICY tenant ON ${table} USING (tenant_id = (SELECT stockbridge_tenant()))
    WITH CHECK (tenant_id = (SELECT stockbridge_tenant()))`,
];

const UP = [
  `CREATE TABLE reservation (
    tenant_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    origin_id uuid NOT NULL,
    reference text,
    status text NOT NULL,
    expires_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    segment jsonb NOT NULL,
    lines jsonb NOT NULL,
    sequences jsonb NOT NULL,
    expired_at timestamptz(3),
    expired_sequence bigint,
    CONSTRAINT reservation_pkey PRIMARY KEY (tenant_id, reservation_id)
  )`,
  `CREATE INDEX reservation_expiry_idx ON reservation (tenant_id, expires_at, reservation_id)
    WHERE expires_at IS NOT NULL`,
  `CREATE INDEX reservation_reference_idx ON reservation (tenant_id, reference, reservation_id)
    WHERE reference IS NOT NULL`,
  'CREATE INDEX reservation_status_idx ON reservation (tenant_id, status, reservation_id)',
  `CREATE INDEX reservation_expired_idx ON reservation (tenant_id, expired_at, expired_sequence)
    WHERE expired_sequence IS NOT NULL`,
  `CREATE TABLE reservation_place (
    tenant_id uuid NOT NULL,
    item_id uuid NOT NULL,
    reservation_id uuid NOT NULL,
    location_id uuid NOT NULL,
    open boolean NOT NULL,
    back_ordered boolean NOT NULL,
    CONSTRAINT reservation_place_pkey PRIMARY KEY (tenant_id, item_id, reservation_id, location_id)
  )`,
  `CREATE INDEX reservation_place_waiting_idx ON reservation_place (tenant_id, item_id, location_id, reservation_id)
    WHERE back_ordered`,
  'CREATE INDEX reservation_place_open_idx ON reservation_place (tenant_id, item_id, reservation_id) WHERE open',
  ...isolated('reservation'),
  ...isolated('reservation_place'),
  'ALTER TABLE inventory_record ADD COLUMN safety_stock integer',
  `ALTER TABLE ledger_head ADD COLUMN next_expiry timestamptz(3),
    ADD COLUMN open_reservations bigint NOT NULL DEFAULT '0', ADD COLUMN back_orders bigint NOT NULL DEFAULT '0'`,
];
