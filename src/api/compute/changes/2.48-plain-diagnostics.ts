import { change } from '../change.ts'
import { driverDiagnostics } from '../views/diagnostics.ts'

export default change('2.48', 'Diagnostics have one form, whatever the hypervisor', {
  adopts: ['diagnosticsHaveOneForm'],
  responses: { diagnostics: (_document, full) => driverDiagnostics(full) },
})
