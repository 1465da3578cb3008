// Chinese characters and their punctuation take two cells of a terminal each.
const wide = /[\p{Script=Han}\u3000-\u303f\uff01-\uff60]/u
// Between Chinese characters a line may end anywhere, else at a blank; and a line begins with no closing mark, and
// ends with no opening one; more than four in a row are none.
const pieces =
  / +|[（「『《“‘(]{0,4}(?:[\p{Script=Han}\u3000-\u303f\uff01-\uff60]|[^ \p{Script=Han}\u3000-\u303f\uff01-\uff60]+)[，。、；：？！）」』》”’…,.;:?!)]*/gu

/** How many cells a text takes: of English and Chinese, as all texts of the lab are. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += wide.test(character) ? 2 : 1
  return width
}

/** Filled up with blanks to so many cells. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** A last line shorter than this looks lost; the lines before it are made so much shorter at most for its sake. */
const lostCells = 8

/** Lines of at most so many cells. A piece that has no room alone stays whole: a terminal breaks it. */
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
