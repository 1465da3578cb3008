import { nothing } from '../../language/outcome.ts'
import type { Line } from '../playing/program.ts'
import type { Words } from '../words-en.ts'
import type { Lanes, LevelLane, WaitLane } from './lanes.ts'

/** The picture as text, for screen readers. */
export function pictureText(lines: readonly Line[], lanes: Lanes, shown: number, t: Words): string {
  const parts = [
    t.pictureShows(shown, lines.length),
    ...lanes.levels.map(lane => levelText(lane, shown, t)),
    ...lanes.waits.map(lane => waitText(lane, shown)),
  ]
  return parts.join(' ')
}

function levelText({ name, bit, cells }: LevelLane, shown: number, t: Words): string {
  const seen = cells.slice(0, shown)
  const numbers = (isIn: (index: number) => boolean): number[] =>
    [...seen.keys()].filter(isIn).map(index => index + 1)
  return t.laneSays(
    `${name} ${bit}`,
    ranges(numbers(i => seen[i]!.level === 'high')),
    ranges(numbers(i => seen[i]!.edge)),
  )
}

function waitText({ epoll, marks }: WaitLane, shown: number): string {
  const said = marks
    .slice(0, shown)
    .flatMap((mark, i) =>
      mark === null ? [] : `${i + 1} ${mark.shape === 'none' ? nothing : mark.text}`,
    )
  return `${epoll === null ? 'poll' : `wait ${epoll}`}: ${said.length === 0 ? '-' : said.join(', ')}.`
}

/** `3-5, 8` */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = []
  for (const number of numbers) {
    const last = runs.at(-1)
    if (last?.[1] === number - 1) last[1] = number
    else runs.push([number, number])
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ')
}
