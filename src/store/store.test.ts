import { testDatabases } from '../../test/support/stores.ts'
import { storeSuite } from './store.testsuite.ts'

for (const { name, open } of testDatabases()) storeSuite(name, open)
