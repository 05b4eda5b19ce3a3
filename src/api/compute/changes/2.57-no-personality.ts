import { change, without } from '../change.ts'
import { lacking, taking, both } from '../schemas/json-schema.ts'
import { personality } from '../schemas/servers.ts'
import { everyQuota } from './documents.ts'
import { absolute, ofQuota } from './documents.ts'
import { alsoLimiting } from '../schemas/quotas.ts'

const files = ['injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'] as const

export default change(
  '2.57',
  'Files are no longer put into new servers; a rebuild takes user data instead',
  {
    responses: {
      serverRebuilt: without('user_data'),
      limits: absolute(({ limits }) => ({
        maxPersonality: limits.injected_files,
        maxPersonalitySize: limits.injected_file_content_bytes,
      })),
      ...everyQuota('injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'),
      quotaClass: ofQuota(
        'injected_files',
        'injected_file_content_bytes',
        'injected_file_path_bytes',
      ),
    },
    requests: {
      'servers.create': taking('server.personality', personality),
      'server.rebuild': both(
        lacking('rebuild.user_data'),
        taking('rebuild.personality', personality),
      ),
      'quotas.update': alsoLimiting('quota_set', ...files),
      'quotaClasses.update': alsoLimiting('quota_class_set', ...files),
    },
  },
)
