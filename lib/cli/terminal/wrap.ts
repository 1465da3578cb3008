// Measures and wraps terminal text. Chinese characters and punctuation are two cells wide.
const wide = /[\p{Script=Han}\u3000-\u303f\uff01-\uff60]/u
// Lines break at spaces and between Chinese characters, but not before a closing mark or after an opening mark. Up to
// four marks in a row are recognized.
const pieces =
  / +|[（「『《“‘(]{0,4}(?:[\p{Script=Han}\u3000-\u303f\uff01-\uff60]|[^ \p{Script=Han}\u3000-\u303f\uff01-\uff60]+)[，。、；：？！）」』》”’…,.;:?!)]*/gu

/** The width of an English or Chinese text in cells. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += wide.test(character) ? 2 : 1
  return width
}

/** Pads a text with spaces to a width in cells. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** A last line shorter than this looks lost. To avoid it, the other lines become narrower, by less than this. */
const lostCells = 8

/** Wraps a text to lines of at most `width` cells. The terminal itself breaks words that are longer than a line. */
export function wrapped(text: string, width: number): string[] {
  const lines = filled(text, width)
  for (let narrower = width; narrower > width - lostCells; narrower--) {
    const others = filled(text, narrower)
    if (others.length > lines.length) break
    if (others.length === 1 || widthOf(others.at(-1)!) >= lostCells) return others
  }
  return lines
}

function filled(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.match(pieces) ?? []) {
    if (line === '' || widthOf(line) + widthOf(piece.trimEnd()) <= width) line += piece
    else {
      lines.push(line.trimEnd())
      line = piece.trimStart()
    }
  }
  lines.push(line.trimEnd())
  return lines
}
