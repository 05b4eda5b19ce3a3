import { change } from '../change.ts'

export default change(
  '2.28',
  "What is known of a hypervisor's processors is an object and no longer text",
  {
    responses: {
      hypervisor: (document) => ({ ...document, cpu_info: JSON.stringify(document['cpu_info']) }),
    },
  },
)
