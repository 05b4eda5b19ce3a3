/**
 * Policy files in the usual form: one rule a line, `"placement:usages": "role:admin"`, in YAML or JSON.
 *
 * Of YAML that is a mapping of texts to texts, with comments: what operators write, and what other services' tools print.
 */
import { problem } from '../../lib/problem.ts'

/** @throws `invalid` naming the line that is no rule. */
export function parsePolicyFile(text: string): Readonly<Record<string, string>> {
  return text.trimStart().startsWith('{') ? fromJson(text) : fromYaml(text)
}

function fromJson(text: string): Readonly<Record<string, string>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw problem('invalid', 'The policy file is no valid JSON', {}, { cause: thrown })
  }
  const entries = Object.entries(value ?? {})
  const odd = entries.find(([, rule]) => typeof rule !== 'string')
  if (odd !== undefined) throw problem('invalid', 'A policy rule must be a text', { rule: odd[0] })
  return Object.fromEntries(entries)
}

function fromYaml(text: string): Readonly<Record<string, string>> {
  const rules: Record<string, string> = {}
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(line) || /^(---|\.\.\.)\s*$/.test(line)) continue
    const found = /^("[^"]+"|'[^']+'|[^\s"'#][^\s"']*)\s*:\s+(.*?)\s*$/.exec(line)
    const [, name, rule] = found ?? []
    if (name === undefined || rule === undefined) {
      throw problem('invalid', 'The policy file has a line that is no rule', { line: i + 1 })
    }
    rules[scalar(name)] = scalar(rule)
  }
  return rules
}

function scalar(text: string): string {
  const [, , quoted] = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(text) ?? []
  return quoted ?? text.replace(/\s+#.*$/, '')
}
