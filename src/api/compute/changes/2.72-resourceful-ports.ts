import { change } from '../change.ts'

/** Ports here ask for no resources, so there is nothing that an older version would have to refuse. */
export default change('2.72', 'A server can be created with ports that ask for resources')
