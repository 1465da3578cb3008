import { styleText } from 'node:util'

/** Styles for terminal text. Colour is never the only signal. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly changed: (text: string) => string
}

const plain: Paint = { strong: text => text, faint: text => text, changed: text => text }
// paintOf() decides whether to use colours.
const options = { validateStream: false }
const coloured: Paint = {
  strong: text => styleText('bold', text, options),
  faint: text => styleText('dim', text, options),
  changed: text => styleText('cyan', text, options),
}

/** Uses colours on a terminal that has them, unless NO_COLOR (no-color.org) is set. */
export function paintOf(stream: NodeJS.WriteStream): Paint {
  const { NO_COLOR = '' } = process.env
  return NO_COLOR === '' && stream.isTTY === true && stream.hasColors() ? coloured : plain
}
