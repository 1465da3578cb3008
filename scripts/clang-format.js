// Formats native/ with --write; without it, prints the differences. Uses only version 14, which Debian has, because
// other versions break some lines differently.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './project.js'
import { collect, main } from './run.js'

const version = '14'
const candidates = [`clang-format-${version}`, 'clang-format']

/** @returns {Promise<string | undefined>} */
async function findCommand() {
  for (const command of candidates) {
    const { status, output } = await collect(command, ['--version'])
    if (status === 0 && output.includes(`version ${version}.`)) return command
  }
  return undefined
}

/**
 * @param {boolean} write
 * @returns {Promise<{ status: number, output: string } | undefined>} undefined when clang-format 14 is not installed
 */
export async function clangFormat(write) {
  const command = await findCommand()
  if (command === undefined) return undefined
  const files = readdirSync(join(root, 'native')).filter(name => /\.(cc|h)$/.test(name))
  const mode = write ? ['-i'] : ['--dry-run', '-Werror']
  return collect(command, [...mode, ...files.map(name => join('native', name))])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    const result = await clangFormat(process.argv.includes('--write'))
    process.stderr.write(result?.output ?? `clang-format ${version} is not installed: skipped\n`)
    return result?.status ?? 0
  })
}
