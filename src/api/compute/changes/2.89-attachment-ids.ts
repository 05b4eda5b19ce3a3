import type { VolumeAttached } from '../views/attachments.ts'
import { change, without, having, steps } from '../change.ts'

export default change(
  '2.89',
  "A volume attachment shows its own ids instead of the volume's twice",
  {
    responses: {
      volumeAttachment: steps<VolumeAttached>(
        without('attachment_id', 'bdm_uuid'),
        having(({ volumeId }) => ({ id: volumeId })),
      ),
    },
  },
)
