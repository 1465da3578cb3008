import type { JSX } from 'preact'
import type { Mark, WaitLane } from './lanes.ts'
import {
  type Layout,
  pillHeight,
  pillMiddle,
  type Row,
  readyTop,
  textWidth,
} from './picture-layout.ts'
import { runsOf } from './runs.ts'

interface Props {
  readonly row: Row<WaitLane>
  readonly layout: Layout
  readonly shown: number
  /** A clip path that hides the steps after the last one shown. */
  readonly clip: string
}

/** The results of the waits on one epoll, and below them whether its ready list is empty. */
export function WaitRow({
  row: { lane, top },
  layout: { x, width },
  shown,
  clip,
}: Props): JSX.Element {
  return (
    <g transform={`translate(0 ${top})`}>
      <path class="axis" d={`M0 ${pillMiddle + 0.5}H${width}`} />
      <g clip-path={clip}>
        {runsOf(lane.ready, isReady => isReady).map(
          ({ from, to, value }) =>
            value === true && (
              <rect
                key={from}
                class="ready"
                x={x(from)}
                y={readyTop}
                width={x(to) - x(from)}
                height={4}
              />
            ),
        )}
      </g>
      {lane.marks.map(
        (mark, i) =>
          mark !== null &&
          (i < shown || mark.shape === 'asked') && (
            <g key={`${i}${mark.shape}`} transform={`translate(${x(i)} ${pillMiddle})`}>
              <Pill mark={mark} />
            </g>
          ),
      )}
    </g>
  )
}

/**
 * Round for a level, pointed for an edge, a ring for no event: the shape is enough to tell them apart without the
 * colour.
 */
export function Pill({ mark: { shape, text } }: { mark: Mark }): JSX.Element {
  if (shape === 'none') return <circle class="none pop" r={6} />
  if (shape === 'asked')
    return (
      <g class="asked">
        <circle r={12} />
        <text y={4.5}>?</text>
      </g>
    )
  const half = Math.max(textWidth(text) / 2 + 9, pillHeight / 2)
  const y = pillHeight / 2
  return (
    <g class={`pill pop ${shape}`}>
      {shape === 'edge' ? (
        <path
          d={`M${-half - 4} 0L${-half + 5} ${-y}H${half - 5}L${half + 4} 0L${half - 5} ${y}H${-half + 5}Z`}
        />
      ) : (
        <rect
          x={-half}
          y={-y}
          width={half * 2}
          height={pillHeight}
          rx={shape === 'level' ? y : 3}
        />
      )}
      {text !== '' && <text y={4.5}>{text}</text>}
    </g>
  )
}
