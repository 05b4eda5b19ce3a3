/** Notifications are sent after commits: within them they would make all commits wait for each other. */
import type { Upgrade } from './upgrade.ts'

export const quietCommits: Upgrade = {
  number: 10,
  name: 'quiet-commits',
  statements: ({ dialect }) =>
    dialect === 'sqlite'
      ? []
      : ['DROP TRIGGER changes_told ON changes', 'DROP FUNCTION berth_changed()'],
}
