import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { XrayEntry } from '../../server/xray-events.ts'
import { useWidth } from '../parts/use-width.ts'
import { prefersStillness } from '../playing/pace.ts'
import { words } from '../words.ts'
import type { Xray } from './xray.ts'
import { inOrder } from './xray-list.tsx'

const spanMs = 15_000
const laneHeight = 30
const headHeight = 22
/** In a narrower timeline, a label every five seconds would not fit. */
const wideWidth = 240

/** The last seconds: a lane for each descriptor, and a mark for each event that a wait returned. */
export function XrayTimeline({ xray }: { xray: Xray }): JSX.Element {
  const t = words.value
  const frame = useRef<HTMLDivElement>(null)
  const moving = useRef<SVGGElement>(null)
  const width = useWidth(frame)
  const entries = inOrder(xray.set.value?.entries ?? [])
  const lanes = new Map(entries.map(({ fd }, i) => [fd, i]))
  const height = headHeight + Math.max(lanes.size, 1) * laneHeight
  const x = (ms: number): number => (ms / spanMs) * width
  const marks = xray.waits.value.flatMap(({ atMs, events }) =>
    events.flatMap(({ fd, own }) => {
      const lane = fd === null ? undefined : lanes.get(fd)
      return lane === undefined ? [] : [{ atMs, lane, own }]
    }),
  )
  useEffect(() => {
    const move = (): void => {
      const nowMs = xray.nowMs()
      if (nowMs !== null && moving.current !== null)
        moving.current.style.transform = `translateX(${x(spanMs - nowMs)}px)`
    }
    return everySoOften(move)
  }, [xray, width])
  return (
    <div class="timeline">
      <Labels entries={entries} height={height} />
      <div ref={frame}>
        <svg width={width} height={height} role="img" aria-label={t.xrayTimeline(marks.length)}>
          {(width < wideWidth ? [0, 15] : [0, 5, 10, 15]).map(ago => (
            <g key={ago} transform={`translate(${x(spanMs - ago * 1000)} 0)`}>
              <path class="cut" d={`M0 ${headHeight}V${height}`} />
              <text
                class="ago"
                x={ago === 0 ? -4 : 4}
                y={14}
                text-anchor={ago === 0 ? 'end' : 'start'}
              >
                {ago === 0 ? t.xrayNow : `−${ago} s`}
              </text>
            </g>
          ))}
          {entries.map(({ fd }, i) => (
            <path key={fd} class="axis" d={`M0 ${laneMiddle(i)}H${width}`} />
          ))}
          <g ref={moving}>
            {marks.map(({ atMs, lane, own }, i) => (
              <path
                key={`${atMs} ${lane} ${i}`}
                class={own ? 'event own' : 'event'}
                transform={`translate(${x(atMs)} ${laneMiddle(lane)})`}
                d="M-8 0L-4 -7H4L8 0L4 7H-4Z"
              />
            ))}
          </g>
        </svg>
      </div>
    </div>
  )
}

function laneMiddle(lane: number): number {
  return headHeight + (lane + 0.5) * laneHeight
}

function Labels({
  entries,
  height,
}: {
  entries: readonly XrayEntry[]
  height: number
}): JSX.Element {
  const t = words.value
  return (
    <svg class="labels" width={112} height={height} aria-hidden="true" focusable="false">
      {entries.map(({ fd, kind, own }, i) => (
        <g key={fd} transform={`translate(0 ${laneMiddle(i) + 4})`}>
          <text class="name">fd {fd}</text>
          <text class="sub" x={46}>
            {own ? 'X-ray' : kind === 'listener' ? t.xrayListener : ''}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** Calls `act` on every frame, or once a second with reduced motion. */
function everySoOften(act: () => void): () => void {
  if (prefersStillness()) {
    act()
    const timer = setInterval(act, 1000)
    return () => clearInterval(timer)
  }
  let handle = 0
  const next = (): void => {
    act()
    handle = requestAnimationFrame(next)
  }
  next()
  return () => cancelAnimationFrame(handle)
}
