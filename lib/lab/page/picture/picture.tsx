import type { JSX, RefObject } from 'preact'
import { useId, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { useWidth } from '../parts/use-width.ts'
import { prefersStillness } from '../playing/pace.ts'
import type { Shown } from '../playing/program.ts'
import { words } from '../words.ts'
import { bytesMaxOf, type Lanes, lanesOf } from './lanes.ts'
import { LevelRow } from './level-row.tsx'
import { columnWord, headHeight, type Layout, layoutOf } from './picture-layout.ts'
import { pictureText } from './picture-text.ts'
import { WaitRow } from './wait-row.tsx'

/** The logic analyser: levels, edges and waits over the operations, drawn from the kernel's answers. */
export function Picture({ lines, steps, readings, shown, onShow }: Shown): JSX.Element {
  const frame = useRef<HTMLDivElement>(null)
  const room = useWidth(frame)
  const lanes = useMemo(() => lanesOf(lines, steps, readings), [lines, steps, readings])
  const layout = useMemo(() => layoutOf(lines, lanes, room), [lines, lanes, room])
  const fds = new Map(steps.slice(0, shown).flatMap(({ opened }) => Object.entries(opened)))
  useFollowing(frame, layout, shown)
  return (
    <div class="picture">
      <Labels {...{ lanes, layout, fds }} />
      <div class="frame" ref={frame} tabIndex={layout.width > room ? 0 : undefined}>
        {room > 0 && (
          <svg
            width={layout.width}
            height={layout.height}
            role="img"
            aria-label={pictureText(lines, lanes, shown, words.value)}
          >
            <Drawing {...{ lines, lanes, layout, shown, onShow }} />
          </svg>
        )}
      </div>
    </div>
  )
}

interface DrawingProps extends ColumnsProps {
  readonly lanes: Lanes
}

function Drawing({ lines, lanes, layout, shown, onShow }: DrawingProps): JSX.Element {
  const id = useId()
  const clip = `url(#${id})`
  const bytesMax = bytesMaxOf(lanes.levels)
  return (
    <>
      <defs>
        <clipPath id={id}>
          <rect
            class="sweep"
            width={1}
            height={layout.height}
            style={{ transform: `scaleX(${shownWidth(layout, shown)})` }}
          />
        </clipPath>
        <pattern
          id="hatch"
          width={6}
          height={6}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path class="hatch" d="M0 0V6" />
        </pattern>
      </defs>
      <Columns {...{ lines, layout, shown, onShow }} />
      <g clip-path={clip}>
        {layout.levels.map(row => (
          <LevelRow key={`${row.lane.name} ${row.lane.bit}`} {...{ row, layout, bytesMax }} />
        ))}
      </g>
      {layout.waits.map(row => (
        <WaitRow key={row.lane.epoll} {...{ row, layout, shown, clip }} />
      ))}
    </>
  )
}

/** The width of the shown part. The last state is drawn up to the next operation. */
function shownWidth({ x }: Layout, shown: number): number {
  return shown === 0 ? 0 : x(shown)
}

interface ColumnsProps extends Pick<Shown, 'lines' | 'shown' | 'onShow'> {
  readonly layout: Layout
}

/** The operations along the top, and a line down from each wait. */
function Columns({ lines, layout, shown, onShow }: ColumnsProps): JSX.Element {
  const { x, columns, height, waits } = layout
  const now = columns[shown - 1]
  const isWait = (i: number): boolean => waits.some(({ lane }) => lane.marks[i] != null)
  return (
    <>
      {now !== undefined && (
        <rect
          class="now"
          width={1}
          height={height}
          style={{ transform: `translateX(${now.left}px) scaleX(${now.width})` }}
        />
      )}
      {lines.map((line, i) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the range below does it for the keyboard
        <g key={i} class={i < shown ? 'column' : 'column later'} onClick={() => onShow(i + 1)}>
          <rect class="hit" x={columns[i]!.left} width={columns[i]!.width} height={height} />
          {isWait(i) && <path class="cut" d={`M${x(i)} ${headHeight}V${height}`} />}
          <text class="number" x={x(i)} y={18}>
            {i + 1}
          </text>
          <text class="word" x={x(i)} y={36}>
            {columnWord(line)}
          </text>
        </g>
      ))}
    </>
  )
}

interface LabelsProps {
  readonly lanes: Lanes
  readonly layout: Layout
  readonly fds: ReadonlyMap<string, number>
}

/** The names of the lanes. They stay in place while the lanes scroll. */
function Labels({ lanes, layout, fds }: LabelsProps): JSX.Element {
  const t = words.value
  const fd = (name: string | null): string =>
    name !== null && fds.has(name) ? ` · fd ${fds.get(name)}` : ''
  return (
    <svg class="labels" width={104} height={layout.height} aria-hidden="true" focusable="false">
      {lanes.levels.map((lane, i) => (
        <g key={i} transform={`translate(0 ${layout.levels[i]!.top})`}>
          <text class="name" y={29}>
            {lane.name} {lane.bit}
          </text>
          <text class="sub" y={56}>
            {t.edges}
            {fd(lane.name)}
          </text>
        </g>
      ))}
      {lanes.waits.map((lane, i) => (
        <g key={i} transform={`translate(0 ${layout.waits[i]!.top})`}>
          <text class={`name ${lane.trigger}`} y={24.5}>
            {lane.epoll === null ? 'poll' : `wait ${lane.epoll}`}
          </text>
          <text class="sub" y={45}>
            {lane.epoll === null ? '' : t.triggers[lane.trigger]}
            {fd(lane.epoll)}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** Scrolls a picture that is wider than its frame, so that the last shown step is visible. */
function useFollowing(
  frame: RefObject<HTMLDivElement | null>,
  layout: Layout,
  shown: number,
): void {
  useLayoutEffect(() => {
    const { current } = frame
    if (current === null || layout.width <= current.clientWidth) return
    const left = shownWidth(layout, shown) - current.clientWidth * 0.72
    current.scrollTo({ left, behavior: prefersStillness() ? 'instant' : 'smooth' })
  }, [frame, layout, shown])
}
