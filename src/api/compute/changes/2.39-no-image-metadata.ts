import { change } from '../change.ts'
import { absolute } from './documents.ts'

export default change('2.39', "Metadata of images is the image service's business", {
  responses: {
    limits: absolute(({ limits }) => ({ maxImageMeta: limits.metadata_items })),
  },
  removes: [
    'image.metadata.list',
    'image.metadata.merge',
    'image.metadata.replace',
    'image.metadata.show',
    'image.metadata.set',
    'image.metadata.delete',
  ],
  adopts: ['imageMetadataIsNotCounted'],
})
