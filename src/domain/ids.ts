/**
 * Ids with types of their own, so that a server's id does not fit where a provider's is wanted.
 *
 * They are plain strings at run time. `as` is allowed at the boundary where text becomes an id: the HTTP layer after
 * validation, the store when it reads a row, and tests.
 */

declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

export type ServerId = Id<'server'>
export type MigrationId = Id<'migration'>
export type FlavorId = Id<'flavor'>
export type ImageId = Id<'image'>
export type NetworkId = Id<'network'>
export type SubnetId = Id<'subnet'>
export type PortId = Id<'port'>
export type VolumeId = Id<'volume'>
export type SnapshotId = Id<'snapshot'>
export type VolumeTypeId = Id<'volume type'>
export type ProviderId = Id<'provider'>
export type ConsumerId = Id<'consumer'>
export type AggregateId = Id<'aggregate'>
export type ProjectId = Id<'project'>
export type UserId = Id<'user'>
/** A host is named by its host name, as in Nova; the name never changes. */
export type HostName = Id<'host'>
