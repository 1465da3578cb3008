import { styleText } from 'node:util'

/** How a terminal shows what the words say already: colour is never the only signal. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly news: (text: string) => string
}

const plain: Paint = { strong: text => text, faint: text => text, news: text => text }
// Whether colours are wanted has been decided by then, and not by these.
const options = { validateStream: false }
const coloured: Paint = {
  strong: text => styleText('bold', text, options),
  faint: text => styleText('dim', text, options),
  news: text => styleText('cyan', text, options),
}

/** Colours on a terminal that has them, unless NO_COLOR (no-color.org) asks for none. */
export function paintOf(stream: NodeJS.WriteStream): Paint {
  const { NO_COLOR = '' } = process.env
  return NO_COLOR === '' && stream.isTTY === true && stream.hasColors() ? coloured : plain
}
