import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adjustment orders and inventory records: documents beside the ledger, written by the poster with their movements. */
export class OrdersAndRecords1763899200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE inventory_record');
    await queryRunner.query('DROP TABLE adjustment_order');
  }
}

const UP = [
  `CREATE TABLE adjustment_order (
    tenant_id uuid NOT NULL,
    order_no text COLLATE "C" NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    origin_id uuid NOT NULL,
    seller_order_no text,
    product_code text,
    location_id uuid NOT NULL,
    turn_out_owner text,
    turn_in_owner text,
    lines jsonb NOT NULL,
    sequence bigint NOT NULL,
    created_at timestamptz(3) NOT NULL,
    reverses text,
    reversed_by text,
    CONSTRAINT adjustment_order_pkey PRIMARY KEY (tenant_id, order_no),
    CONSTRAINT adjustment_order_sequence_key UNIQUE (tenant_id, sequence)
  )`,
  `CREATE INDEX adjustment_order_seller_idx ON adjustment_order (tenant_id, seller_order_no)
    WHERE seller_order_no IS NOT NULL`,
  `CREATE TABLE inventory_record (
    tenant_id uuid NOT NULL,
    item_id uuid NOT NULL,
    location_id uuid NOT NULL,
    vendor_id bigint NOT NULL,
    source_sku text,
    stock_availability text,
    out_of_stock_threshold integer,
    dispatch_time integer,
    dispatch_time_unit text,
    lead_time integer,
    lead_time_unit text,
    stock_arrival_date timestamptz(3),
    back_order_handling text,
    back_order_allocation integer,
    reported_available bigint,
    source_timestamp timestamptz(3),
    unit_cost numeric,
    style text NOT NULL,
    support_shipping boolean NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT inventory_record_pkey PRIMARY KEY (tenant_id, item_id, location_id),
    CONSTRAINT inventory_record_vendor_id_key UNIQUE (tenant_id, vendor_id)
  )`,
  // Only where inventory organisations are on does an order keep stock by owner.
  'ALTER TABLE api_client ADD COLUMN inventory_organisations boolean NOT NULL DEFAULT false',
];
