// The order in which a question's choices are shown.
import type { Scenario } from './scenario.ts'

/** The scenario with shuffled choices: always in the same order, but the position gives no answer away. */
export function withShuffledChoices(scenario: Scenario): Scenario {
  const questions = scenario.questions.map(({ text, choices }, index) => ({
    text,
    choices: shuffled(choices, `${scenario.id} ${index}`),
  }))
  return { ...scenario, questions }
}

/** Fisher-Yates with a generator that is seeded by a text. */
export function shuffled<T>(items: readonly T[], seed: string): T[] {
  const next = numbersFrom(seed)
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = next() % (i + 1)
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

/** FNV-1a of the seed, then xorshift32. */
function numbersFrom(seed: string): () => number {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193)
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  for (let i = 0; i < 8; i++) next()
  return next
}
