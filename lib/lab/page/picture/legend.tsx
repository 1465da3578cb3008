import type { ComponentChildren, JSX } from 'preact'
import { words } from '../words.ts'
import type { Mark } from './lanes.ts'
import { Pill } from './wait-row.tsx'

/** Explains the symbols in the picture, and names the call that read each value. */
export function Legend(): JSX.Element {
  const t = words.value.legend
  return (
    <ul class="legend">
      <Entry text={t.level}>
        <path class="band" d="M0 4H28V18H0Z" />
        <path class="surface" d="M0 4H28" />
      </Entry>
      <Entry text={t.bytes}>
        <path class="band" d="M0 4H28V18H0Z" />
        <path class="bytes" d="M0 10H28V18H0Z" />
      </Entry>
      <Entry text={t.edge}>
        <path class="tick" d="M14 19V4M9.500 10L14 4L18.500 10" />
      </Entry>
      <Sample mark={{ shape: 'level', text: 'IN' }} text={t.levelReport} />
      <Sample mark={{ shape: 'edge', text: 'IN' }} text={t.edgeReport} />
      <Sample mark={{ shape: 'none', text: '' }} text={t.none} />
      <Entry text={t.ready}>
        <path class="ready" d="M0 9H28V13H0Z" />
      </Entry>
    </ul>
  )
}

function Entry({ text, children }: { text: string; children: ComponentChildren }): JSX.Element {
  return (
    <li>
      <svg width={28} height={22} aria-hidden="true" focusable="false">
        {children}
      </svg>
      {text}
    </li>
  )
}

function Sample({ mark, text }: { mark: Mark; text: string }): JSX.Element {
  return (
    <Entry text={text}>
      <g transform="translate(14 11) scale(0.8)">
        <Pill mark={mark} />
      </g>
    </Entry>
  )
}
