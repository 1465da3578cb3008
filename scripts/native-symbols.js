import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { collect } from './run.js'

const exported = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']

// The compiler's start-up files refer to these symbols, but work without them.
const optional = ['_ITM_deregisterTMCloneTable', '_ITM_registerTMCloneTable', '__gmon_start__']

/**
 * The names in native/symbols.txt.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function namesIn(text) {
  return text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

/**
 * The dynamic symbols of a library.
 *
 * @param {string} text as readelf -W --dyn-syms prints it
 * @returns {{ name: string, version: string, address: string, isDefined: boolean }[]}
 */
export function symbolsIn(text) {
  const row =
    /^ *\d+: ([\da-f]+) +\S+ +\S+ +(?:GLOBAL|WEAK) +\S+ +(?:\[.*?\] +)?(\w+) +([^\s@]+)(@\S+)?/gm
  return [...text.matchAll(row)].map(([, address = '', index, name = '', version = '']) => ({
    name,
    version,
    address,
    isDefined: index !== 'UND',
  }))
}

/**
 * The reasons why an addon would fail to load with some libc.
 *
 * @param {string} text as readelf -dW --dyn-syms prints it
 * @param {string[]} allowed names of a C library
 * @returns {string[]} the problems, one line each
 */
export function wrongIn(text, allowed) {
  const symbols = symbolsIn(text)
  const names = symbols.filter(({ isDefined }) => isDefined).map(({ name }) => name)
  const known = new Set([...allowed, ...optional])
  const needed = [...text.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, library]) => library)
  return [
    ...needed.map(library => `needs ${library}: link it with -nodefaultlibs`),
    ...(text.includes('(VERNEED)') ? ['requires versions of symbols'] : []),
    ...exported.filter(name => !names.includes(name)).map(name => `does not export ${name}`),
    ...names
      .filter(name => !exported.includes(name))
      .map(name => `exports ${name}: native/exports.map does not name it`),
    ...symbols
      .filter(({ name, isDefined }) => !isDefined && !/^(napi|uv)_/.test(name) && !known.has(name))
      .map(({ name }) => `uses ${name}, which native/symbols.txt does not name`),
  ]
}

/**
 * Checks that each addon loads with every libc.
 *
 * @param {string} root
 * @param {string[]} paths of addons
 * @returns {Promise<string[]>} the problems, one line each
 */
export async function checkNativeSymbols(root, paths) {
  const allowed = namesIn(readFileSync(join(root, 'native/symbols.txt'), 'utf8'))
  const found = paths.map(async path => {
    const { status, output } = await collect('readelf', ['-dW', '--dyn-syms', join(root, path)])
    const wrong = status === 0 ? wrongIn(output, allowed) : [`cannot be read: ${output.trim()}`]
    return wrong.map(line => `${path} ${line}`)
  })
  return (await Promise.all(found)).flat()
}
