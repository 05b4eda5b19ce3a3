/** The JSON Schemas that older clients read before they speak. */

const text = { type: ['null', 'string'], maxLength: 255 }
const whole = { type: 'integer', minimum: 0, maximum: 2_147_483_647 }
const readOnly = { type: ['null', 'string'], readOnly: true }

const imageProperties = {
  id: { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' },
  name: text,
  status: { type: 'string', readOnly: true },
  visibility: { type: 'string', enum: ['community', 'public', 'private', 'shared'] },
  protected: { type: 'boolean' },
  os_hidden: { type: 'boolean' },
  owner: text,
  checksum: readOnly,
  os_hash_algo: readOnly,
  os_hash_value: readOnly,
  size: { type: ['null', 'integer'], readOnly: true },
  virtual_size: { type: ['null', 'integer'], readOnly: true },
  container_format: text,
  disk_format: text,
  created_at: { type: 'string', readOnly: true },
  updated_at: { type: 'string', readOnly: true },
  tags: { type: 'array', items: { type: 'string', maxLength: 255 } },
  min_ram: whole,
  min_disk: whole,
  self: { type: 'string', readOnly: true },
  file: { type: 'string', readOnly: true },
  schema: { type: 'string', readOnly: true },
}

const memberProperties = {
  image_id: { type: 'string' },
  member_id: { type: 'string' },
  status: { type: 'string', enum: ['pending', 'accepted', 'rejected'] },
  created_at: { type: 'string' },
  updated_at: { type: 'string' },
  schema: { type: 'string', readOnly: true },
}

const image = {
  name: 'image',
  properties: imageProperties,
  additionalProperties: { type: 'string' },
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
}
const member = { name: 'member', properties: memberProperties }

export const schemas: Readonly<Record<string, object>> = {
  image,
  images: listOf('images', image),
  member,
  members: listOf('members', member),
}

function listOf(name: string, items: object): object {
  const page = { type: 'string' }
  return {
    name,
    properties: { [name]: { type: 'array', items }, first: page, next: page, schema: page },
    links: [
      { rel: 'first', href: '{first}' },
      { rel: 'next', href: '{next}' },
      { rel: 'describedby', href: '{schema}' },
    ],
  }
}
