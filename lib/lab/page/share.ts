import type { Part } from '../scenario.ts'
import { sandboxAddress } from './route.ts'

/** An address that shows these operations to anybody who has a lab; nothing else is in it. */
export function sharedAddress(text: string): string {
  const url = new URL(location.href)
  url.search = ''
  url.hash = sandboxAddress(text)
  return url.href
}

/** For a shell, as one argument. */
export function commandOf(text: string): string {
  const operations = text
    .split('\n')
    .map(line => line.split('#', 1)[0]!.trim())
    .filter(line => line !== '')
    .join('; ')
  return `npx epollet lab run --ops '${operations.replaceAll("'", "'\\''")}'`
}

export function commandOfExperiment(id: string, part: Part): string {
  return `npx epollet lab run ${part === 'mend' ? '--mend ' : ''}${id}`
}
