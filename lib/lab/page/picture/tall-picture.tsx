import type { JSX } from 'preact'
import { useId, useMemo } from 'preact/hooks'
import type { Shown } from '../playing/program.ts'
import { TranscriptList } from '../playing/transcript-list.tsx'
import { words } from '../words.ts'
import { bytesMaxOf, type LevelLane, lanesOf, type WaitLane } from './lanes.ts'
import { pictureText } from './picture-text.ts'
import { runsOf } from './runs.ts'
import { Pill } from './wait-row.tsx'

interface Props extends Shown {
  readonly asked: number | null
}

/** Must match style/tall.css. */
const rowHeight = 50
const headHeight = 44
const waitWidth = 30
const bandWidth = 20
/** The position of an operation in its row: level with the first line of its text. */
const moment = 18

/** The picture with time running downwards, next to the transcript: one row for each operation. */
export function TallPicture(props: Props): JSX.Element {
  const { lines, steps, readings, shown } = props
  const lanes = useMemo(() => lanesOf(lines, steps, readings), [lines, steps, readings])
  const id = useId()
  const { levels, waits } = lanes
  const levelWidth = levels.length > 3 ? 33 : 40
  const width = levels.length * levelWidth + waits.length * waitWidth
  const height = headHeight + lines.length * rowHeight
  const end = shown === 0 ? 0 : shown === lines.length ? height : headHeight + y(shown)
  return (
    <div class="tall">
      <TranscriptList {...props} />
      <div class="lanes">
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={pictureText(lines, lanes, shown, words.value)}
        >
          <clipPath id={id}>
            <rect class="sweep" width={width} height={1} style={{ transform: `scaleY(${end})` }} />
          </clipPath>
          <Heads {...{ levels, waits, levelWidth }} />
          <g transform={`translate(0 ${headHeight})`}>
            <g clip-path={`url(#${id})`} transform={`translate(0 ${-headHeight})`}>
              {levels.map((lane, i) => (
                <LevelColumn
                  key={i}
                  lane={lane}
                  left={waits.length * waitWidth + i * levelWidth}
                  bytesMax={bytesMaxOf(levels)}
                />
              ))}
            </g>
            {waits.map((lane, i) => (
              <WaitColumn key={i} lane={lane} left={i * waitWidth} shown={shown} />
            ))}
          </g>
        </svg>
      </div>
    </div>
  )
}

function y(index: number): number {
  return index * rowHeight + moment
}

interface HeadsProps {
  readonly levels: readonly LevelLane[]
  readonly waits: readonly WaitLane[]
  readonly levelWidth: number
}

function Heads({ levels, waits, levelWidth }: HeadsProps): JSX.Element {
  const left = waits.length * waitWidth
  return (
    <>
      {levels.map(({ name, bit }, i) => (
        <g key={i} transform={`translate(${left + i * levelWidth + 4} 0)`}>
          <text class="name" y={16}>
            {name}
          </text>
          <text class="bit" y={32}>
            {bit}
          </text>
        </g>
      ))}
      {waits.map(({ epoll, trigger }, i) => (
        <text key={i} class={`name middle ${trigger}`} x={(i + 0.5) * waitWidth} y={32}>
          {epoll ?? 'poll'}
        </text>
      ))}
    </>
  )
}

interface LevelProps {
  readonly lane: LevelLane
  readonly left: number
  readonly bytesMax: number
}

function LevelColumn({ lane: { cells }, left, bytesMax }: LevelProps): JSX.Element {
  const fill = (bytes: number): number => bandWidth * Math.sqrt(bytes / bytesMax)
  const box = (from: number, to: number): { y: number; height: number } => ({
    y: headHeight + y(from),
    height: (to - from) * rowHeight,
  })
  return (
    <g transform={`translate(${left + 4} 0)`}>
      <path class="axis" d={`M0.5 ${headHeight}V${headHeight + (cells.length + 1) * rowHeight}`} />
      {runsOf(cells, ({ level }) => level).map(({ from, to, value }) => (
        <g key={from}>
          {value === 'high' && <rect class="band" {...box(from, to)} width={bandWidth} />}
          {value === 'unread' && <rect class="pending" {...box(from, to)} width={2} />}
          {(value === 'high' || value === 'low') && (
            <path
              class="surface"
              d={`M${from > 0 && isDrawn(cells[from - 1]!.level) ? (value === 'high' ? 0 : bandWidth) : value === 'high' ? bandWidth : 0} ${headHeight + y(from)}H${value === 'high' ? bandWidth : 0}V${headHeight + y(to)}`}
            />
          )}
        </g>
      ))}
      {runsOf(cells, ({ bytes }) => bytes ?? 0).map(
        ({ from, to, value }) =>
          value > 0 && <rect key={from} class="bytes" {...box(from, to)} width={fill(value)} />,
      )}
      {cells.map(
        ({ edge }, i) =>
          edge && (
            <path
              key={i}
              class="tick"
              transform={`translate(${bandWidth + 3} ${headHeight + y(i)})`}
              d="M12 0H1M6 -4L1 0L6 4"
            />
          ),
      )}
    </g>
  )
}

function isDrawn(level: LevelLane['cells'][number]['level']): boolean {
  return level === 'high' || level === 'low'
}

interface WaitProps {
  readonly lane: WaitLane
  readonly left: number
  readonly shown: number
}

/** The marks of a wait. Their text is in the transcript next to them. */
function WaitColumn({ lane: { marks, ready }, left, shown }: WaitProps): JSX.Element {
  return (
    <g transform={`translate(${left + waitWidth / 2} 0)`}>
      <path class="axis" d={`M0.5 0V${marks.length * rowHeight}`} />
      {runsOf(ready.slice(0, shown), isReady => isReady).map(
        ({ from, to, value }) =>
          value === true && (
            <rect
              key={from}
              class="ready"
              x={-1.5}
              y={y(from)}
              width={4}
              height={(to - from) * rowHeight}
            />
          ),
      )}
      {marks.map(
        (mark, i) =>
          mark !== null &&
          (i < shown || mark.shape === 'asked') && (
            <g key={`${i}${mark.shape}`} transform={`translate(0 ${y(i)})`}>
              <Pill mark={{ ...mark, text: '' }} />
            </g>
          ),
      )}
    </g>
  )
}
