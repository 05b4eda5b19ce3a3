import { change, without, each } from '../change.ts'

export default change('2.70', 'Attached interfaces and volumes show their tags', {
  responses: each(
    ['interfaceAttachment', 'volumeAttachment', 'volumeAttachmentMade'],
    without('tag'),
  ),
})
