import type { Line } from '../playing/program.ts'
import type { Lanes, LevelLane, WaitLane } from './lanes.ts'

export const headHeight = 50
export const levelHeight = 64
export const waitHeight = 54
export const bandTop = 10
export const bandHeight = 28
/** Where the edges of a lane stand, and how high one is. */
export const tickFoot = 58
export const tickHeight = 15
export const pillHeight = 22
export const pillMiddle = 20
export const readyTop = 40

/** The state after the last operation goes on a little. */
const tail = 20
const columnMin = 46
const columnMax = 150
/** Around a word above its column, and around the text of a report with its frame. */
const wordSpace = 14
const markSpace = 34
/** A character of the small monospaced type; a little too wide rather than too narrow. */
const letter = 7.3

export interface Row<Lane> {
  readonly lane: Lane
  readonly top: number
}

/** Where everything of a picture stands. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** Where an operation happens, by its index. The state after it reaches to the next one. */
  readonly x: (index: number) => number
  readonly columns: readonly { readonly left: number; readonly width: number }[]
  readonly levels: readonly Row<LevelLane>[]
  readonly waits: readonly Row<WaitLane>[]
}

export function textWidth(text: string): number {
  return text.length * letter
}

/** The operation's word, and of a wait the epoll's name: what fits above a column. */
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
  // One point more than there are operations: the right end.
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
