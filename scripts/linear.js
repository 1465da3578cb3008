// Proves that a regular expression takes linear time on every text, or finds a text on which it doesn't.
import { Automaton, lineEnds, Unproved } from './automaton.js'

/** @typedef {import('./automaton.js').Edge} Edge */

/**
 * A search as one automaton: it attempts a match from each character of a text. Each number is a state of an attempt; 0
 * is the start of an attempt at the beginning of a line, and 1 elsewhere.
 *
 * @param {Automaton} automaton
 */
function searchOf(automaton) {
  const { isMultiline, sets, examples } = automaton
  const all = examples.map((_, kind) => kind)
  const ends = isMultiline ? sets.get(lineEnds) : undefined
  /** @type {Map<Edge, number>} */
  const numbers = new Map()
  /** @type {{ kinds: ReadonlySet<number>, to: number }[][]} */
  const next = []
  /** @type {Edge[]} */
  const waiting = []
  const numberOf = (/** @type {Edge} */ edge) => {
    const known = numbers.get(edge)
    if (known !== undefined) return known
    numbers.set(edge, 2 + numbers.size)
    waiting.push(edge)
    return 1 + numbers.size
  }
  const rows = (/** @type {Edge[]} */ edges) =>
    edges.map(edge => ({ kinds: edge.set, to: numberOf(edge) }))
  const attempts = [
    { kinds: new Set(all.filter(kind => ends?.has(kind))), to: 0 },
    { kinds: new Set(all.filter(kind => !ends?.has(kind))), to: 1 },
  ]
  next[0] = [...attempts, ...rows(automaton.follow(automaton.start, true))]
  next[1] = [...attempts, ...rows(automaton.follow(automaton.start, false))]
  for (let edge = waiting.pop(); edge !== undefined; edge = waiting.pop()) {
    next[numberOf(edge)] = rows(automaton.follow(edge.to, isMultiline))
  }
  return next
}

/**
 * @param {{ kinds: ReadonlySet<number>, to: number }[][]} next
 * @returns {Set<number>[]} for each state, the states that can be reached from it
 */
function reachable(next) {
  return next.map((_, from) => {
    /** @type {Set<number>} */
    const seen = new Set()
    const stack = [from]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      for (const { kinds, to } of next[at] ?? []) {
        if (kinds.size === 0 || seen.has(to)) continue
        seen.add(to)
        stack.push(to)
      }
    }
    return seen
  })
}

/**
 * A word that leads from each of `from` to its counterpart in `to`, as kinds of characters; null if no word does.
 *
 * @param {{ kinds: ReadonlySet<number>, to: number }[][]} next
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 * @param {readonly ((number: number) => boolean)[]} stays the states that each path may pass
 * @returns {number[] | null}
 */
function wordBetween(next, from, to, stays) {
  const goal = to.join()
  /** @type {Map<string, { before: string, kind: number } | null>} */
  const seen = new Map([[from.join(), null]])
  const queue = [from]
  for (const numbers of queue) {
    const steps = numbers.map((number, i) => (next[number] ?? []).filter(row => stays[i]?.(row.to)))
    const [first = [], second = steps[0] ?? [], third = second] = steps
    for (const one of first) {
      for (const two of second) {
        for (const three of third) {
          const kind = [...one.kinds].find(each => two.kinds.has(each) && three.kinds.has(each))
          if (kind === undefined) continue
          const reached = [one.to, two.to, three.to].slice(0, numbers.length)
          const key = reached.join()
          if (seen.has(key) && key !== goal) continue
          const step = { before: numbers.join(), kind }
          if (key === goal) return wordTo(seen, step)
          seen.set(key, step)
          queue.push(reached)
        }
      }
    }
  }
  return null
}

/**
 * @param {ReadonlyMap<string, { before: string, kind: number } | null>} seen
 * @param {{ before: string, kind: number }} last
 */
function wordTo(seen, last) {
  const word = []
  for (let step = /** @type {typeof last | null} */ (last); step !== null; ) {
    word.unshift(step.kind)
    step = seen.get(step.before) ?? null
  }
  return word
}

/**
 * A text on which a regular expression takes more than linear time, or another reason to refuse the expression; null
 * if the time is always linear.
 *
 * In the worst case, a search tries every path of every attempt through the automaton. If two different paths match the
 * same repeated text, the number of paths grows quadratically or faster: Weber and Seidl, "On the degree of ambiguity
 * of finite automata", 1991. The check ignores whether an attempt succeeds, except for a repetition at the end of a
 * match. So it refuses `/\d+,/`, because an attempt may begin at each digit, and also `/(?<!\d)\d+,/`.
 *
 * @param {string} source
 * @param {string} flags
 * @returns {string | null}
 */
export function superlinear(source, flags) {
  try {
    const automaton = new Automaton(source, flags)
    const next = searchOf(automaton)
    const reached = reachable(next)
    const isLoop = (/** @type {number} */ number) => reached[number]?.has(number) === true
    const text = (/** @type {number[]} */ word) =>
      JSON.stringify(word.map(kind => automaton.examples[kind]).join(''))
    const loops = next.map((_, number) => number).filter(isLoop)
    for (const p of loops) {
      const twice = (next[p] ?? []).find(
        ({ to }, i, rows) => reached[to]?.has(p) && rows.findIndex(row => row.to === to) < i,
      )
      const prefix = () => text(p < 2 ? [] : (wordBetween(next, [0], [p], [() => true]) ?? []))
      if (twice !== undefined) {
        const [kind = 0] = twice.kinds
        const back = twice.to === p ? [] : wordBetween(next, [twice.to], [p], [() => true])
        return `${prefix()} + ${text([kind, ...(back ?? [])])}.repeat(n)`
      }
      for (const q of loops) {
        if (p === q || reached[p]?.has(q) !== true) continue
        const inside = (/** @type {number} */ loop) => (/** @type {number} */ number) =>
          reached[number]?.has(loop) === true && reached[loop]?.has(number) === true
        const leads = (/** @type {number} */ number) =>
          number === q || reached[number]?.has(q) === true
        const word = wordBetween(next, [p, p, q], [p, q, q], [inside(p), leads, inside(q)])
        if (word !== null) return `${prefix()} + ${text(word)}.repeat(n)`
      }
    }
    return null
  } catch (error) {
    if (error instanceof Unproved) return error.message
    throw error
  }
}
