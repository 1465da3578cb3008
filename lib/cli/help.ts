import { ownCommand } from '../sys/index.ts'

/**
 * Prints a usage text, with a note if the command to run the program is not `epollet`, but for example `npx epollet`.
 */
export function printHelp(usage: string): void {
  const command = ownCommand()
  const note = command === 'epollet' ? '' : `\nHere, type this for epollet: ${command}\n`
  process.stdout.write(`${usage}${note}`)
}
