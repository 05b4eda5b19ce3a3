/** An explanation as a document: the same things as data, and in sentences. */
import type { Explained, PlainlyExplained } from '../../app/explain.ts'

export function explanationView(explained: Explained | PlainlyExplained): object {
  return explained.audience === 'operator' ? ofHosts(explained) : ofRequest(explained)
}

/** For tenants: nothing in it is about hosts. */
function ofRequest({ request, fits, reasons, concession }: PlainlyExplained): object {
  const { need, requiredTraits, forbiddenTraits, zone } = request
  return {
    outcome: fits ? 'It fits.' : 'It fits nowhere.',
    request: {
      resources: need,
      required_traits: requiredTraits,
      forbidden_traits: forbiddenTraits,
      zone,
    },
    fits,
    reasons: reasons.map((text) => ({ text })),
    smallest_change: {
      request: concession === null ? null : { at_most: concession.atMost, text: concession.text },
    },
  }
}

function ofHosts({ request, hosts, explanation, tally, words }: Explained): object {
  const { fits, rejected, nearMisses, concession, repair } = explanation
  return {
    outcome: words.outcome,
    request: {
      resources: request.need,
      required_traits: request.requiredTraits,
      forbidden_traits: request.forbiddenTraits,
      zone: request.zone,
      host: request.only,
    },
    hosts,
    fits,
    reasons: tally,
    near_misses: nearMisses.map((miss, index) => ({ ...miss, text: words.nearMisses[index] })),
    smallest_change: {
      request:
        concession === null
          ? null
          : {
              host: concession.host,
              at_most: concession.atMost,
              drop: concession.drop.map(reasonView),
              text: words.concession,
            },
      hosts:
        repair === null
          ? null
          : {
              host: repair.host,
              free: repair.free,
              remedy: repair.remedy.map(reasonView),
              text: words.repair,
            },
    },
    rejected: rejected.map(({ host, reasons }, i) => ({
      host,
      reasons: reasons.map((reason, j) => ({
        ...reasonView(reason),
        text: words.rejected[i]?.[j] ?? null,
      })),
    })),
  }
}

type Reason = Explained['explanation']['rejected'][number]['reasons'][number]

/** The same fields, spelled as in the rest of this API. */
function reasonView(reason: Reason): object {
  return Object.fromEntries(
    Object.entries(reason).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  )
}
