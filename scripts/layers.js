import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import typescript from 'typescript'

/** From the lowest to the highest; those of one row never import each other. */
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

// They ask the layers below for what only a system call does.
const withoutNative = ['http']
const withoutCircles = ['net', 'http']

// lib/index.ts is the package's public face. The kernel's constants are public all together, and their file
// is the list of them.
const publicFace = {
  file: 'index.ts',
  may: ['sys', 'core', 'loop', 'net'],
  also: ['sys/constants.ts'],
}

/** @param {string} folder */
function height(folder) {
  return layers.findIndex(row => row.includes(folder))
}

/** @param {string} path below lib */
function layerOf(path) {
  return path.includes('/') ? (path.split('/')[0] ?? '') : ''
}

/**
 * What is wrong with one import, or undefined.
 *
 * @param {string} file below lib, as `net/listener.ts`
 * @param {string} specifier as it is written
 * @returns {string | undefined}
 */
function complaint(file, specifier) {
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
    if (from === to) return undefined
    if (height(to) === -1) return `no layer ${to === '' ? target : to}`
    if (height(to) > height(from)) return `upward: ${from} is below ${to}`
    if (height(to) === height(from)) return `sideways: ${from} and ${to} never import each other`
  }
  return target === `${to}/index.ts` ? undefined : `past the face ${to}/index.ts`
}

/**
 * Whether a text imports the native table, under its name or any other.
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

/** @param {string} text */
function importsOf(text) {
  return typescript.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
}

/**
 * The circles of imports in a layer, types included.
 *
 * @param {string} folder of the layer
 * @param {string} name
 */
function circlesIn(folder, name) {
  /** @type {string[]} */
  const found = []
  const done = new Set()
  const files = readdirSync(folder)
  /** @type {(file: string, path: string[]) => void} */
  const follow = (file, path) => {
    if (path.includes(file))
      found.push(`lib/${name}: circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`)
    if (done.has(file) || path.includes(file)) return
    const targets = importsOf(readFileSync(join(folder, file), 'utf8')).map(normalize)
    for (const target of targets) if (files.includes(target)) follow(target, [...path, file])
    done.add(file)
  }
  for (const file of files) if (file.endsWith('.ts')) follow(file, [])
  return found
}

/**
 * @param {string} root of the project
 * @returns {string[]} what is wrong, a line each
 */
export function checkLayers(root) {
  const lib = join(root, 'lib')
  const circles = withoutCircles
    .filter(name => existsSync(join(lib, name)))
    .flatMap(name => circlesIn(join(lib, name), name))
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  const wrong = files
    .filter(file => /\.[cm]?[jt]sx?$/.test(file))
    .sort()
    .flatMap(file => {
      const folder = layerOf(file)
      if (file !== publicFace.file && height(folder) === -1) return [`lib/${file}: in no layer`]
      const text = readFileSync(join(lib, file), 'utf8')
      const wrongs = importsOf(text).flatMap(specifier => {
        const wrong = complaint(file, specifier)
        return wrong === undefined ? [] : [`lib/${file}: import '${specifier}': ${wrong}`]
      })
      if (!withoutNative.includes(folder) || !usesNative(text)) return wrongs
      return [...wrongs, `lib/${file}: ${folder} does not use the native table`]
    })
  return [...wrong, ...circles]
}
