import { widthOf } from '../../lib/cli/terminal/wrap.ts'

// The ECMA-48 sequences that our programs use: cursor up, clear below, colours.
const esc = '\x1b'
const pieces = new RegExp(`${esc}\\[(\\d*)([A-Za-z])|[\\s\\S]`, 'gu')

/** The lines that a terminal would show for the text written to it, including lines scrolled off the top. */
export class Screen {
  /** Changing the width doesn't rewrap lines already written. */
  columns: number
  readonly #rows: string[][] = [[]]
  #row = 0
  #column = 0

  constructor(columns: number) {
    this.columns = columns
  }

  write(text: string): void {
    for (const [piece, count = '', command] of text.matchAll(pieces)) {
      if (command === 'A') this.#row = Math.max(0, this.#row - Number(count || 1))
      else if (command === 'J') this.#clearBelow()
      else if (command === 'm') continue
      else if (command !== undefined)
        throw new Error(`the screen does not support ${piece.slice(1)}`)
      else if (piece === '\r') this.#column = 0
      else if (piece === '\n') this.#feed()
      else this.#put(piece)
    }
  }

  get lines(): string[] {
    return this.#rows.map(row => row.join('').trimEnd())
  }

  get text(): string {
    return this.lines.join('\n')
  }

  #put(character: string): void {
    const width = widthOf(character)
    if (this.#column + width > this.columns) {
      this.#feed()
      this.#column = 0
    }
    const row = this.#rows[this.#row]!
    while (row.length < this.#column) row.push(' ')
    row[this.#column] = character
    // The second cell of a wide character stays empty.
    if (width === 2) row[this.#column + 1] = ''
    this.#column += width
  }

  #feed(): void {
    this.#row++
    if (this.#row === this.#rows.length) this.#rows.push([])
  }

  #clearBelow(): void {
    this.#rows.splice(this.#row + 1)
    this.#rows[this.#row]!.splice(this.#column)
  }
}
