// Checks that imports point down: to the index.ts of a lower layer, or to a lower room of the same layer.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import typescript from 'typescript'

/** The layers, from the lowest to the highest. Layers in the same row never import each other. */
export const layers = [
  ['sys'],
  ['core'],
  ['loop'],
  ['net'],
  ['http'],
  ['static'],
  ['service'],
  ['lab', 'bench'],
  ['cli'],
]

/**
 * The rooms of a layer, which are its folders, from the lowest to the highest. Files directly in the layer belong to
 * the lowest row, except those in `tops`, which may import every room.
 *
 * @type {Record<string, string[][]>}
 */
export const rooms = {
  lab: [
    ['lab', 'lab/language'],
    ['lab/machine', 'lab/code', 'lab/scenarios', 'lab/prose'],
    ['lab/modules'],
    ['lab/runner'],
    ['lab/server'],
  ],
  cli: [
    ['cli', 'cli/terminal'],
    ['cli/serve', 'cli/inspect', 'cli/bench', 'cli/lab'],
  ],
}
const tops = ['lab/index.ts', 'cli/command.ts']

/** The page runs in a browser, so it may import only types from the server. */
const page = {
  may: ['lab', 'lab/language', 'lab/code', 'lab/scenarios', 'lab/prose'],
  types: ['lab/server'],
}

// Files of sys without imports: the language, which also runs in the browser, may import them past the layer's index.ts.
const pure = { from: 'lab/language', files: ['sys/nearest-name.ts'] }

const withNative = ['sys', 'core', 'loop', 'net', 'static', 'lab/machine', 'lab/modules', 'bench']

// lib/index.ts is the package's public module. It may also import sys/constants.ts, because all of the constants are
// public.
const publicFace = {
  file: 'index.ts',
  may: ['sys', 'core', 'loop', 'net'],
  also: ['sys/constants.ts'],
}

/**
 * @param {string[][]} rows
 * @param {string} name
 */
function height(rows, name) {
  return rows.findIndex(row => row.includes(name))
}

/** @param {string} path below lib */
function layerOf(path) {
  return path.includes('/') ? (path.split('/')[0] ?? '') : ''
}

/**
 * The room of a file: its folder if the layer has rooms, otherwise the layer.
 *
 * @param {string} path below lib
 */
function roomOf(path) {
  const layer = layerOf(path)
  return rooms[layer] === undefined ? layer : dirname(path)
}

/** @param {string} room */
function isPage(room) {
  return room === 'lab/page' || room.startsWith('lab/page/')
}

/**
 * Describes the problem with an import inside a layer; undefined if there is none.
 *
 * @param {string} file
 * @param {string} target
 * @param {boolean} isType
 * @returns {string | undefined}
 */
function complaintInside(file, target, isType) {
  const [from, to] = [roomOf(file), roomOf(target)]
  if (from === to || tops.includes(file) || (isPage(from) && isPage(to))) return undefined
  if (isPage(from)) {
    if (page.may.includes(to) || (isType && page.types.includes(to))) return undefined
    return `lab/page may import ${page.may.join(', ')}, and types of ${page.types.join(', ')}`
  }
  const rows = rooms[layerOf(file)] ?? []
  if (height(rows, to) === -1) return `no room ${to}`
  if (height(rows, from) === -1) return `no room ${from}`
  if (height(rows, to) > height(rows, from)) return `upward: ${from} is below ${to}`
  if (height(rows, to) === height(rows, from) && height(rows, to) > 0)
    return `sideways: ${from} and ${to} never import each other`
  return undefined
}

/**
 * Describes the problem with an import; undefined if there is none.
 *
 * @param {string} file below lib, as `net/listener.ts`
 * @param {Import} imported
 * @returns {string | undefined}
 */
function complaint(file, { specifier, isType }) {
  if (specifier === 'epollet' || specifier.startsWith('epollet/'))
    return 'imports the package itself'
  if (specifier === 'node:process')
    return 'makes the standard streams non-blocking: process is global'
  if (!specifier.startsWith('.')) return undefined
  const target = normalize(join(dirname(file), specifier))
  if (target === '../package.json') return undefined
  if (target.startsWith('..')) return 'reaches out of lib'
  const [from, to] = [layerOf(file), layerOf(target)]
  if (file === publicFace.file) {
    if (publicFace.also.includes(target)) return undefined
    if (!publicFace.may.includes(to))
      return `the public face may import ${publicFace.may.join(', ')}`
  } else {
    if (from === to) return complaintInside(file, target, isType)
    if (height(layers, to) === -1) return `no layer ${to === '' ? target : to}`
    if (height(layers, to) > height(layers, from)) return `upward: ${from} is below ${to}`
    if (height(layers, to) === height(layers, from))
      return `sideways: ${from} and ${to} never import each other`
  }
  if (roomOf(file) === pure.from && pure.files.includes(target)) return undefined
  return target === `${to}/index.ts` ? undefined : `past the face ${to}/index.ts`
}

/**
 * Whether a text imports the native table, under any name.
 *
 * @param {string} text
 */
function usesNative(text) {
  const { statements } = typescript.createSourceFile('', text, typescript.ScriptTarget.Latest)
  return statements.filter(typescript.isImportDeclaration).some(({ importClause }) => {
    const bindings = importClause?.namedBindings
    if (bindings === undefined || !typescript.isNamedImports(bindings)) return false
    return bindings.elements.some(
      ({ name, propertyName }) => (propertyName ?? name).text === 'native',
    )
  })
}

/** @typedef {{ specifier: string, isType: boolean }} Import */

/**
 * @param {string} text
 * @returns {Import[]}
 */
function importsOf(text) {
  return typescript.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    isType: /(?:import|export) type [^'"]*$|: import\($/.test(text.slice(0, pos)),
  }))
}

/**
 * The import cycles, including imports of types.
 *
 * @param {Map<string, string[]>} graph the imports of each file, as paths below lib
 */
function circlesIn(graph) {
  /** @type {string[]} */
  const found = []
  const done = new Set()
  /** @type {(file: string, path: string[]) => void} */
  const follow = (file, path) => {
    if (path.includes(file))
      found.push(`lib: circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`)
    if (done.has(file) || path.includes(file)) return
    for (const target of graph.get(file) ?? []) follow(target, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) follow(file, [])
  return found
}

/**
 * The imports of each folder: other folders of its layer, and other layers.
 *
 * @param {Map<string, string[]>} graph
 * @returns {Map<string, string>} for each folder, the line of its README.md
 */
function importLines(graph) {
  /** @type {Map<string, Set<string>>} */
  const imported = new Map()
  for (const [file, targets] of graph) {
    const folder = dirname(file)
    if (folder === '.') continue
    const names = imported.get(folder) ?? new Set()
    imported.set(folder, names)
    for (const target of targets) {
      const isNear = layerOf(target) === layerOf(file)
      names.add(isNear ? dirname(target) : layerOf(target))
    }
    names.delete(folder)
  }
  return new Map(
    [...imported].map(([folder, names]) => {
      const list = [...names].sort().map(name => `\`${name}\``)
      return [folder, `Imports: ${list.join(', ') || 'nothing'}.`]
    }),
  )
}

/**
 * @param {string} lib
 * @returns {{ file: string, text: string, imports: Import[] }[]} the sources, their paths below lib
 */
function sourcesOf(lib) {
  return readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.[cm]?[jt]sx?$/.test(file))
    .sort()
    .map(file => {
      const text = readFileSync(join(lib, file), 'utf8')
      return { file, text, imports: importsOf(text) }
    })
}

/**
 * @param {{ file: string, imports: Import[] }[]} sources
 * @returns {Map<string, string[]>} for each file, the files that it imports
 */
function graphOf(sources) {
  return new Map(
    sources.map(({ file, imports }) => {
      const near = imports.filter(({ specifier }) => specifier.startsWith('.'))
      const targets = near.map(({ specifier }) => normalize(join(dirname(file), specifier)))
      return [file, targets.filter(target => !target.startsWith('..'))]
    }),
  )
}

/**
 * @param {string} root of the project
 * @returns {string[]} the problems, one line each
 */
export function checkLayers(root) {
  const sources = sourcesOf(join(root, 'lib'))
  const wrong = sources.flatMap(({ file, text, imports }) => {
    if (file !== publicFace.file && height(layers, layerOf(file)) === -1)
      return [`lib/${file}: in no layer`]
    const wrongs = imports.flatMap(imported => {
      const wrong = complaint(file, imported)
      return wrong === undefined ? [] : [`lib/${file}: import '${imported.specifier}': ${wrong}`]
    })
    const room = roomOf(file)
    if (withNative.includes(room) || !usesNative(text)) return wrongs
    return [...wrongs, `lib/${file}: ${room} does not use the native table`]
  })
  return [...wrong, ...circlesIn(graphOf(sources))]
}

/**
 * Checks the README.md of each folder: its first line describes the folder, and another line lists the imports.
 *
 * @param {string} root of the project
 * @param {boolean} [isToWrite] the lines that say what a folder imports
 * @returns {string[]} the problems, one line each
 */
export function checkReadmes(root, isToWrite = false) {
  const lib = join(root, 'lib')
  return [...importLines(graphOf(sourcesOf(lib)))].flatMap(([folder, line]) => {
    const path = join(lib, folder, 'README.md')
    if (!existsSync(path)) return [`lib/${folder}: has no README.md that says what lives there`]
    const text = readFileSync(path, 'utf8')
    const stated = /^Imports: .*$/m
    if (stated.exec(text)?.[0] === line) return []
    if (isToWrite && stated.test(text)) writeFileSync(path, text.replace(stated, line))
    else return [`lib/${folder}/README.md: should say "${line}" (npm run format)`]
    return []
  })
}

if (process.argv[2] === '--write') checkReadmes('.', true)
