/** Asking the policy table, with the answer that clients know. */
import type { Identity } from '../domain/identity.ts'
import { allows, fullNameOf } from '../domain/policy.ts'
import type { Rule, Target } from '../domain/policy.ts'
import { problem } from '../lib/problem.ts'

/**
 * Lets pass whoever may do this to the target; without a target, to what is the caller's own.
 * @throws `forbidden` otherwise.
 */
export function authorize(who: Identity, rule: Rule, target?: Target): void {
  if (!allows(who, rule, target)) {
    throw problem('forbidden', `Policy doesn't allow ${fullNameOf(rule)} to be performed.`, {
      rule,
    })
  }
}
