// Computes where each part of the picture is drawn.
import type { Line } from '../playing/program.ts'
import type { Lanes, LevelLane, WaitLane } from './lanes.ts'

export const headHeight = 50
export const levelHeight = 64
export const waitHeight = 54
export const bandTop = 10
export const bandHeight = 28
/** The baseline of a lane's edges, and the height of an edge. */
export const tickFoot = 58
export const tickHeight = 15
export const pillHeight = 22
export const pillMiddle = 20
export const readyTop = 40

/** The width of the state after the last operation. */
const tail = 20
const columnMin = 46
const columnMax = 150
/** The space around a column's word, and around the framed text of a wait's result. */
const wordSpace = 14
const markSpace = 34
/** The width of a character in the small monospaced font, rounded up. */
const letter = 7.3

export interface Row<Lane> {
  readonly lane: Lane
  readonly top: number
}

/** The positions of all parts of a picture. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** The position of an operation, by its index. The state after an operation is drawn up to the next one. */
  readonly x: (index: number) => number
  readonly columns: readonly { readonly left: number; readonly width: number }[]
  readonly levels: readonly Row<LevelLane>[]
  readonly waits: readonly Row<WaitLane>[]
}

export function textWidth(text: string): number {
  return text.length * letter
}

/** The operation's first word, which fits above a column. */
export function columnWord({ text }: Line): string {
  return text.split(' ', 1)[0]!
}

export function layoutOf(lines: readonly Line[], lanes: Lanes, room: number): Layout {
  const needed = lines.map((line, index) => {
    const marks = lanes.waits.flatMap(({ marks }) => marks[index]?.text ?? [])
    const word = textWidth(columnWord(line)) + wordSpace
    const longest = Math.max(columnMin, word, ...marks.map(text => textWidth(text) + markSpace))
    return Math.min(longest, columnMax)
  })
  const total = needed.reduce((sum, width) => sum + width, 0)
  const spare = lines.length === 0 ? 0 : Math.max(0, room - tail - total) / lines.length
  const columns: { left: number; width: number }[] = []
  let left = 0
  for (const width of needed.map(width => width + spare)) {
    columns.push({ left, width })
    left += width
  }
  const width = left + tail
  // The last point is the right edge of the picture.
  const points = [...columns.map(({ left, width }) => left + width / 2), width]
  return {
    width,
    height: headHeight + lanes.levels.length * levelHeight + lanes.waits.length * waitHeight,
    x: index => points[index]!,
    columns,
    levels: lanes.levels.map((lane, i) => ({ lane, top: headHeight + i * levelHeight })),
    waits: lanes.waits.map((lane, i) => ({
      lane,
      top: headHeight + lanes.levels.length * levelHeight + i * waitHeight,
    })),
  }
}
