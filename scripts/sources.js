// Checks that node-gyp and cmake-js compile the same files in the same way.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param {string} text of native/binding.gyp
 * @returns {Record<string, string[]>} the sources of each target
 */
export function sourcesOfGyp(text) {
  /** @type {{ targets: { target_name: string, sources: string[] }[] }} */
  const { targets } = JSON.parse(text)
  return Object.fromEntries(
    targets.map(({ target_name: name, sources }) => [
      name,
      sources.map(source => `native/${source}`).sort(),
    ]),
  )
}

/**
 * @param {string} text of CMakeLists.txt
 * @returns {Record<string, string[]>} the sources of each target
 */
export function sourcesOfCMake(text) {
  const lists = text.matchAll(/set\((\w+)_SOURCES\s+([^)]*)\)/g)
  return Object.fromEntries(
    [...lists].map(([, name = '', list = '']) => [
      name.toLowerCase(),
      list.trim().split(/\s+/).sort(),
    ]),
  )
}

/**
 * @param {string} text of native/binding.gyp
 * @returns {string[]} macros and flags, without the language version and the exports file, which CMake states
 *   differently
 */
function flagsOfGyp(text) {
  const { defines = [], cflags_cc = [], ldflags = [] } = JSON.parse(text).target_defaults ?? {}
  return [...defines, ...cflags_cc, ...ldflags].filter(
    flag => !/^(-std|-fvisibility|-Wl,--version-script)=/.test(flag),
  )
}

/**
 * Checks that node-gyp and cmake-js compile the same files with the same macros and flags, and that neither leaves a
 * file out.
 *
 * @param {string} root
 * @returns {string[]} the problems, one line each
 */
export function checkSources(root) {
  const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8')
  const [gypText, cmakeText] = [read('native/binding.gyp'), read('CMakeLists.txt')]
  const [gyp, cmake] = [sourcesOfGyp(gypText), sourcesOfCMake(cmakeText)]
  const files = readdirSync(join(root, 'native')).filter(name => name.endsWith('.cc'))
  const compiled = Object.values(gyp).flat()
  const words = cmakeText.split(/\s+/)
  return [
    ...[...new Set([...Object.keys(gyp), ...Object.keys(cmake)])]
      .filter(name => `${gyp[name]}` !== `${cmake[name]}`)
      .map(name => `${name}: binding.gyp has ${gyp[name]}, CMakeLists.txt has ${cmake[name]}`),
    ...files
      .filter(name => !compiled.includes(`native/${name}`))
      .map(name => `native/${name}: in no target of binding.gyp`),
    ...flagsOfGyp(gypText)
      .filter(flag => !words.includes(flag))
      .map(flag => `${flag}: in binding.gyp, not in CMakeLists.txt`),
  ]
}
