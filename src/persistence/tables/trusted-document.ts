import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { BYTES, ID, INSTANT, SMALL_WHOLE, TEXT } from './columns';
import { DocumentManifestEntity } from './document-manifest';

/** A GraphQL document that clients of a tenant may name by its hash. */
@Entity('trusted_document')
@ForeignKey(() => DocumentManifestEntity, ['tenantId'], ['tenantId'], { name: 'trusted_document_manifest_fkey' })
export class TrustedDocumentEntity {
  @PrimaryColumn({ ...ID, primaryKeyConstraintName: 'trusted_document_pkey' })
  tenantId!: string;

  /** Of the text in UTF-8. */
  @PrimaryColumn({ ...BYTES, primaryKeyConstraintName: 'trusted_document_pkey' })
  sha256!: Buffer;

  /** The names of its operations, for people. */
  @Column({ type: 'text', array: true })
  operations!: string[];

  @Column(TEXT)
  text!: string;

  @Column(SMALL_WHOLE)
  bytes!: number;

  @Column(INSTANT)
  addedAt!: Date;
}
