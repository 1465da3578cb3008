import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp'

/** @typedef {import('@eslint-community/regexpp').AST.Element} Element */
/** @typedef {import('@eslint-community/regexpp').AST.Alternative} Alternative */
/** @typedef {{ set: ReadonlySet<number>, to: number }} Edge a step over one character of some kinds */
/** @typedef {{ steps: Edge[], skips: { to: number, caret: boolean }[] }} Place where a match may stand */

class Unproved extends Error {}

const placesMax = 3000
const pathsMax = 20_000
const lineEnds = '[\\n\\r\\u2028\\u2029]'

/**
 * Whether it looks at no more characters than are written down.
 *
 * @param {Element} element
 * @returns {boolean}
 */
function isBounded(element) {
  switch (element.type) {
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return true
    case 'Quantifier':
      return element.max !== Number.POSITIVE_INFINITY && isBounded(element.element)
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.every(isShort)
    case 'Assertion':
      return !('alternatives' in element) || element.alternatives.every(isShort)
    default:
      return false
  }
}

/**
 * Every code point that differs from its neighbours for what stands in the pattern.
 *
 * @param {import('@eslint-community/regexpp').AST.Pattern} pattern
 * @param {string} source
 */
function codesOf(pattern, source) {
  const codes = new Set([0x2028, 0x2029, 0x3000, 0x4e00, 0xd800, 0xfeff, 0xffff])
  const end = /\\p/i.test(source) ? 0x10000 : 0x300
  for (let code = 0; code < end; code++) codes.add(code)
  visitRegExpAST(pattern, {
    onCharacterEnter({ value }) {
      for (const code of [value - 1, value, value + 1]) if (code >= 0) codes.add(code)
    },
  })
  return [...codes].filter(code => code <= 0x10ffff)
}

/** A pattern as an automaton over kinds of characters: those of one kind are the same to all of it. */
class Automaton {
  /** @type {Place[]} */
  places = []
  /** @type {ReadonlyMap<string, ReadonlySet<number>>} */
  sets
  /** One character of each kind. @type {string[]} */
  examples = []
  isMultiline

  /**
   * @param {string} source
   * @param {string} flags
   */
  constructor(source, flags) {
    const hasUnicode = /[uv]/.test(flags)
    const mode = flags.includes('v') ? { unicodeSets: true } : { unicode: hasUnicode }
    const pattern = new RegExpParser().parsePattern(source, 0, source.length, mode)
    this.isMultiline = flags.includes('m')
    this.sets = this.#kinds(pattern, source, flags.replace(/[^iusv]/g, ''))
    const { start, end } = this.#alternatives(pattern.alternatives, true)
    this.start = start
    this.end = end
  }

  /**
   * @param {import('@eslint-community/regexpp').AST.Pattern} pattern
   * @param {string} source
   * @param {string} flags
   */
  #kinds(pattern, source, flags) {
    const raws = new Set(['[^]', lineEnds])
    const note = (/** @type {{ raw: string }} */ { raw }) => void raws.add(raw)
    visitRegExpAST(pattern, {
      onCharacterEnter: character => {
        if (!character.parent.type.startsWith('CharacterClass')) note(character)
      },
      onCharacterSetEnter: note,
      onCharacterClassEnter: note,
    })
    const tests = [...raws].map(raw => new RegExp(`^(?:${raw})$`, flags))
    /** @type {Map<string, number>} */
    const kinds = new Map()
    for (const code of codesOf(pattern, source)) {
      const text = String.fromCodePoint(code)
      const key = tests.map(test => Number(test.test(text))).join('')
      const isVisible = code > 0x20 && code < 0x7f
      const known = kinds.get(key)
      if (known === undefined) kinds.set(key, this.examples.push(text) - 1)
      else if (isVisible && !/[!-~]/.test(this.examples[known] ?? '')) this.examples[known] = text
    }
    return new Map(
      [...raws].map((raw, i) => [
        raw,
        new Set([...kinds].filter(([key]) => key[i] === '1').map(([, kind]) => kind)),
      ]),
    )
  }

  #place() {
    if (this.places.length === placesMax) throw new Unproved('it is too large to be proved')
    return this.places.push({ steps: [], skips: [] }) - 1
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #skip(from, to, caret = false) {
    this.places[from]?.skips.push({ to, caret })
  }

  /**
   * @param {readonly Alternative[]} alternatives
   * @param {boolean} isTail whether the whole match ends with it
   */
  #alternatives(alternatives, isTail) {
    const [start, end] = [this.#place(), this.#place()]
    for (const { elements } of alternatives) {
      let at = this.#place()
      this.#skip(start, at)
      const kept = isTail ? withoutTail(elements) : { elements, isTail: false }
      for (const [i, element] of kept.elements.entries()) {
        at = this.#element(element, at, kept.isTail && i === kept.elements.length - 1)
      }
      this.#skip(at, end)
    }
    return { start, end }
  }

  /**
   * @param {Element} element
   * @param {number} from
   * @param {boolean} isTail
   * @returns {number} where it ends
   */
  #element(element, from, isTail) {
    const to = this.#place()
    switch (element.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
        this.places[from]?.steps.push({ set: this.sets.get(element.raw) ?? new Set(), to })
        return to
      case 'Group':
      case 'CapturingGroup': {
        const group = this.#alternatives(element.alternatives, isTail)
        this.#skip(from, group.start)
        return group.end
      }
      case 'Quantifier':
        return this.#repeated(element, from)
      case 'Assertion':
        this.#skip(from, to, element.kind === 'start')
        if (element.kind === 'lookahead') {
          this.#skip(from, this.#alternatives(element.alternatives, false).start)
        } else if (element.kind === 'lookbehind' && !element.alternatives.every(isShort)) {
          throw new Unproved('it looks back as far as the text is long')
        }
        return to
      default:
        throw new Unproved(`${element.raw} cannot be proved`)
    }
  }

  /**
   * @param {import('@eslint-community/regexpp').AST.Quantifier} quantifier
   * @param {number} from
   */
  #repeated({ element, min, max }, from) {
    let at = from
    for (let i = 0; i < min; i++) at = this.#element(element, at, false)
    const end = this.#place()
    if (max === Number.POSITIVE_INFINITY) {
      // Its end is a place of its own: what goes on there is another way than what goes round outside.
      const start = this.#place()
      const again = this.#element(element, start, false)
      for (const place of [at, again]) {
        this.#skip(place, start)
        this.#skip(place, end)
      }
      return end
    }
    for (let i = min; i < max; i++) {
      this.#skip(at, end)
      at = this.#element(element, at, false)
    }
    this.#skip(at, end)
    return end
  }

  /**
   * The steps that may follow, each as often as there are ways to it.
   *
   * @param {number} place
   * @param {boolean} caret whether a line begins here
   * @returns {Edge[]}
   */
  follow(place, caret) {
    /** @type {Edge[]} */
    const found = []
    const path = new Set()
    let count = 0
    const visit = (/** @type {number} */ at) => {
      if (path.has(at)) return
      if (++count > pathsMax) throw new Unproved('it has too many ways to match nothing')
      path.add(at)
      const { steps = [], skips = [] } = this.places[at] ?? {}
      found.push(...steps)
      for (const skip of skips) if (caret || !skip.caret) visit(skip.to)
      path.delete(at)
    }
    visit(place)
    return found
  }
}

/** @param {Alternative} alternative */
function isShort({ elements }) {
  return elements.every(isBounded)
}

/**
 * Without the run at the end of a match: what gets there succeeds, and pays with what it takes.
 *
 * @param {readonly Element[]} elements
 * @returns {{ elements: Element[], isTail: boolean }}
 */
function withoutTail(elements) {
  const kept = [...elements]
  for (;;) {
    const last = kept.at(-1)
    if (last?.type !== 'Quantifier' || !isBounded(last.element))
      return { elements: kept, isTail: true }
    kept.pop()
    if (last.min === 0) continue
    return { elements: [...kept, { ...last, max: last.min }], isTail: false }
  }
}

/**
 * All attempts of a search at once, from each character of a text. A number stands for what a match that is under way
 * may do next: 0 and 1 are for the next attempts, at a line's start and elsewhere.
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
 * @returns {Set<number>[]} from each number, those that can be reached
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
 * The kinds of characters that lead from some numbers at once to others, or null.
 *
 * @param {{ kinds: ReadonlySet<number>, to: number }[][]} next
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 * @param {readonly ((number: number) => boolean)[]} stays what each of them may pass
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
 * Why a regular expression may cost more than in proportion to the text that it is used on, however often it is
 * searched for in it, or null: then it never does.
 *
 * The ways that matches can go are those of an automaton, and the steps that are tried on a text are no more than all
 * ways of all attempts together. Two ways that part and stay possible as long as some text is repeated make them the
 * square and more: Weber and Seidl, "On the degree of ambiguity of finite automata", 1991. Whether a match succeeds is
 * not asked, but of the run that ends one; so `/\d+,/` is refused where each digit may begin an attempt, and
 * `/(?<!\d)\d+,/`, which tells nothing of that, is too.
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
