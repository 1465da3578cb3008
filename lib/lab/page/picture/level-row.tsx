import type { JSX } from 'preact'
import type { LevelCell, LevelLane } from './lanes.ts'
import {
  bandHeight,
  bandTop,
  type Layout,
  type Row,
  textWidth,
  tickFoot,
  tickHeight,
} from './picture-layout.ts'
import { type Run, runsOf } from './runs.ts'

interface Props {
  readonly row: Row<LevelLane>
  readonly layout: Layout
  readonly bytesMax: number
}

const foot = bandTop + bandHeight

/** A level as a band with the buffered bytes, and the edges below it. */
export function LevelRow({
  row: { lane, top },
  layout: { x, width },
  bytesMax,
}: Props): JSX.Element {
  const { cells } = lane
  const fill = (bytes: number): number => bandHeight * Math.sqrt(bytes / bytesMax)
  const box = ({ from, to }: Run<unknown>): { x: number; width: number } => ({
    x: x(from),
    width: x(to) - x(from),
  })
  return (
    <g transform={`translate(0 ${top})`}>
      <path class="axis" d={`M0 ${foot + 0.5}H${width}M0 ${tickFoot + 0.5}H${width}`} />
      {runsOf(cells, ({ level }) => level).map(run => (
        <Level key={run.from} level={run.value} box={box(run)} />
      ))}
      {runsOf(cells, ({ bytes }) => bytes ?? 0).map(
        run =>
          run.value > 0 && (
            <Bytes key={run.from} bytes={run.value} box={box(run)} height={fill(run.value)} />
          ),
      )}
      <path class="surface" d={surfaceOf(cells, x)} />
      {cells.map((cell, i) => cell.edge && <Tick key={i} x={x(i)} />)}
    </g>
  )
}

interface Box {
  readonly x: number
  readonly width: number
}

function Level({ level, box }: { level: LevelCell['level']; box: Box }): JSX.Element | null {
  if (level === 'high') return <rect class="band" {...box} y={bandTop} height={bandHeight} />
  if (level === 'unread') return <rect class="unread" {...box} y={bandTop} height={bandHeight} />
  if (level === 'pending') return <rect class="pending" {...box} y={foot - 2} height={2} />
  return null
}

function Bytes({ bytes, box, height }: { bytes: number; box: Box; height: number }): JSX.Element {
  const text = String(bytes)
  return (
    <>
      <rect class="bytes" {...box} y={foot - height} height={height} />
      {textWidth(text) + 12 < box.width && (
        <text class="amount" x={box.x + 7} y={foot - 8}>
          {text}
        </text>
      )}
    </>
  )
}

/** The line that a logic analyser draws, with gaps where the level was not read. */
function surfaceOf(cells: readonly LevelCell[], x: (index: number) => number): string {
  const parts: string[] = []
  let isDrawing = false
  for (const [i, { level }] of cells.entries()) {
    if (level !== 'high' && level !== 'low') {
      isDrawing = false
      continue
    }
    const y = level === 'high' ? bandTop : foot
    parts.push(isDrawing ? `V${y}` : `M${x(i)} ${y}`, `H${x(i + 1)}`)
    isDrawing = true
  }
  return parts.join('')
}

function Tick({ x }: { x: number }): JSX.Element {
  const head = tickFoot - tickHeight
  return (
    <g transform={`translate(${x} 0)`}>
      <path class="tick" d={`M0 ${tickFoot}V${head}M-4.5 ${head + 6}L0 ${head}L4.5 ${head + 6}`} />
    </g>
  )
}
