import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp'

/** @typedef {import('@eslint-community/regexpp').AST.Element} Element */
/** @typedef {import('@eslint-community/regexpp').AST.Alternative} Alternative */
/** @typedef {{ set: ReadonlySet<number>, to: number }} Edge a step over one character of one of these kinds */
/** @typedef {{ steps: Edge[], skips: { to: number, caret: boolean }[] }} Place a state of the automaton */

export class Unproved extends Error {}

const placesMax = 3000
const pathsMax = 20_000
export const lineEnds = '[\\n\\r\\u2028\\u2029]'

/**
 * Whether an element matches a limited number of characters.
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
 * The code points that the pattern may treat differently from their neighbours.
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

/**
 * A pattern as an automaton over kinds of characters. Two characters are of the same kind if the pattern does not
 * distinguish them.
 */
export class Automaton {
  /** @type {Place[]} */
  places = []
  /** @type {ReadonlyMap<string, ReadonlySet<number>>} */
  sets
  /** An example of each kind. @type {string[]} */
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
    if (this.places.length === placesMax) throw new Unproved('it is too large to be checked')
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
   * @param {boolean} isTail whether it is the end of the whole match
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
   * @returns {number} the place behind the element
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
          throw new Unproved('its lookbehind has no limit')
        }
        return to
      default:
        throw new Unproved(`${element.raw} cannot be checked`)
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
      // The end is a separate place, so that leaving this loop is not mistaken for repeating an outer one.
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
   * The steps that can follow a place. A step that can be reached in several ways is listed several times.
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
      if (++count > pathsMax) throw new Unproved('it has too many ways to match the empty text')
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
 * The elements without the repetition at the end of the match. An attempt that reaches it succeeds, and the next
 * attempt begins after it, so that repetition takes linear time.
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
