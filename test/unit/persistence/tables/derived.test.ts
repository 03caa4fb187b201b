import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ENTITIES } from '../../../../src/persistence/tables';
import {
  selectList,
  selectPlain,
  selectTexts,
  tableOf,
  type EntityClass,
} from '../../../../src/persistence/tables/derived';
import { BYTES, ID, INSTANT, NULLABLE, TEXT, WHOLE } from '../../../../src/persistence/tables/columns';

@Entity('derived_sample')
class Sample {
  @PrimaryColumn(ID)
  tenantId!: string;

  @PrimaryColumn(ID)
  sampleId!: string;

  @Column({ ...TEXT, name: 'known_as' })
  name!: string;

  @Column({ type: 'text', array: true })
  tags!: string[];

  @Column({ ...WHOLE, ...NULLABLE })
  unitCount!: number | null;

  @Column(BYTES)
  bodyHash!: Buffer;

  @Column(INSTANT)
  takenAt!: Date;
}

test('a table has the columns of its entity but the tenant, in their order', () => {
  expect(tableOf(Sample)).toEqual({
    name: 'derived_sample',
    columns: [
      { property: 'sampleId', name: 'sample_id', type: 'uuid', isKey: true },
      { property: 'name', name: 'known_as', type: 'text', isKey: false },
      { property: 'tags', name: 'tags', type: 'text[]', isKey: false },
      { property: 'unitCount', name: 'unit_count', type: 'bigint', isKey: false },
      { property: 'bodyHash', name: 'body_hash', type: 'bytea', isKey: false },
      { property: 'takenAt', name: 'taken_at', type: 'timestamptz', isKey: false },
    ],
  });
});

test('a class that is no entity has no table', () => {
  class NoEntity {
    readonly sku = '216401';
  }
  expect(() => tableOf(NoEntity)).toThrow('NoEntity declares no table.');
});

test('a reader selects instants as they are and bytes as hex digits', () => {
  expect(selectList(Sample, 's', { as: { sampleId: 'id' } })).toBe(
    `s.sample_id AS "id", s.known_as AS "name", s.tags AS "tags", s.unit_count AS "unitCount", ` +
      `encode(s.body_hash, 'hex') AS "bodyHash", s.taken_at AS "takenAt"`,
  );
});

test('the poster selects instants as epoch milliseconds, under a name that says so', () => {
  expect(selectPlain(Sample, 's', { as: { takenAt: 'at' } })).toBe(
    `s.sample_id AS "sampleId", s.known_as AS "name", s.tags AS "tags", s.unit_count AS "unitCount", ` +
      `encode(s.body_hash, 'hex') AS "bodyHash", (extract(epoch FROM s.taken_at) * 1000)::bigint AS "atMs"`,
  );
});

test('the proof selects numbers and instants as texts', () => {
  expect(selectTexts(Sample, 's')).toBe(
    `s.sample_id AS "sampleId", s.known_as AS "name", s.tags AS "tags", s.unit_count::text AS "unitCount", ` +
      `encode(s.body_hash, 'hex') AS "bodyHash", (extract(epoch FROM s.taken_at) * 1000)::text AS "takenAtMs"`,
  );
});

test.each<EntityClass<object>>(ENTITIES)('every SELECT list of %p names each of its columns', (entity) => {
  const columns = tableOf(entity).columns.map(({ name }) => name);
  for (const list of [selectList(entity, 't'), selectPlain(entity, 't'), selectTexts(entity, 't')]) {
    expect([...list.matchAll(/\bt\.(\w+)/g)].map(([, name]) => name)).toEqual(columns);
  }
});
