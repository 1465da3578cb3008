import { Markup } from './markup.ts'

/** A shape for each series, centred on 0, 0. Shapes distinguish the series without their colours. */
const shapes: readonly string[] = [
  '<circle r="4.5"/>',
  '<path d="M-4.2-4.2H4.2V4.2H-4.2Z"/>',
  '<path d="M0-5.5 5.2 4.2H-5.2Z"/>',
  '<path d="M0-6 6 0 0 6-6 0Z"/>',
  '<path d="M0 5.5 5.2-4.2H-5.2Z"/>',
  '<path d="M-1.7-5H1.7V-1.7H5V1.7H1.7V5H-1.7V1.7H-5V-1.7H-1.7Z"/>',
  '<path d="M0-5.5 5 0 0 5.5ZM0-5.5V5.5L-2 0Z"/>',
  '<path d="M-5-2.5H5V2.5H-5Z"/>',
]

/** @param inside whether the mark is part of an svg element */
export function mark(series: number, inside = false): Markup {
  const shape = shapes[series % shapes.length]!
  if (inside) return new Markup(shape)
  return new Markup(
    `<svg class="mark" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false">${shape}</svg>`,
  )
}
