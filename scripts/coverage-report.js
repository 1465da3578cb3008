// Reads V8's counts from each process and thread of a test run, and maps them back to the lines of lib.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** @typedef {{ offset: number, file: string, line: number, column: number }} Segment a piece of code and its source */

/**
 * @typedef {object} SourceMapCache as Node writes it beside V8's counts
 * @property {number[]} lineLengths
 * @property {{ mappings: string, sources: string[] } | null} data
 */

/** @typedef {{ startOffset: number, endOffset: number, count: number }} Range */

/**
 * @typedef {object} Script one text of a module; all processes that ran it are counted together
 * @property {Segment[]} segments
 * @property {Uint8Array} ran a 1 for each character that ran
 * @property {Set<number>} branches where a block begins that V8 counts by itself
 */

/**
 * @typedef {object} File
 * @property {Map<number, boolean>} lines whether each line with code ran
 * @property {Map<string, boolean>} branches whether each block ran, by its place
 */

/** @param {string} text base64 VLQ */
function numbers(text) {
  const found = []
  let [value, shift] = [0, 0]
  for (const digit of text) {
    const bits = digits.indexOf(digit)
    value += (bits & 31) << shift
    shift += 5
    if ((bits & 32) !== 0) continue
    found.push((value & 1) === 1 ? -(value >> 1) : value >> 1)
    value = shift = 0
  }
  return found
}

/**
 * @param {SourceMapCache} map
 * @returns {Segment[]}
 */
function segmentsOf({ lineLengths, data }) {
  if (data === null) return []
  const files = data.sources.map(source => /(?:^|\/)(lib\/.+)$/.exec(source)?.[1] ?? '')
  /** @type {Segment[]} */
  const segments = []
  let [source, line, column, start] = [0, 0, 0, 0]
  for (const [i, text] of data.mappings.split(';').entries()) {
    let offset = start
    for (const [forward = 0, ...place] of text.split(',').filter(Boolean).map(numbers)) {
      offset += forward
      source += place[0] ?? 0
      line += place[1] ?? 0
      column += place[2] ?? 0
      if (place.length > 0) segments.push({ offset, file: files[source] ?? '', line, column })
    }
    start += (lineLengths[i] ?? 0) + 1
  }
  return segments
}

/**
 * @param {Script} script
 * @param {{ ranges: Range[], isBlockCoverage: boolean }[]} functions
 */
function count(script, functions) {
  const ran = new Uint8Array(script.ran.length)
  const ranges = functions.flatMap(({ ranges }) => ranges)
  // An inner range overrides the range around it.
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
  for (const { startOffset, endOffset, count } of ranges)
    ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  for (let i = 0; i < ran.length; i++) if (ran[i] === 1) script.ran[i] = 1
  for (const { ranges, isBlockCoverage } of functions)
    if (isBlockCoverage)
      for (const { startOffset } of ranges.slice(1)) script.branches.add(startOffset)
}

/**
 * @param {string} folder where NODE_V8_COVERAGE had its files written
 * @param {string} root
 */
function scriptsIn(folder, root) {
  /** @type {Map<string, Script>} */
  const scripts = new Map()
  for (const name of readdirSync(folder)) {
    const { result, 'source-map-cache': maps = {} } = JSON.parse(
      readFileSync(join(folder, name), 'utf8'),
    )
    for (const { url, functions } of result) {
      if (!url.startsWith(`file://${root}lib/`) && !url.startsWith(`file://${root}dist/`)) continue
      // For a worker thread, the source maps are in the report of its process.
      const map = /** @type {SourceMapCache | undefined} */ (maps[url])
      const script = scripts.get(url) ?? (map && newScript(map))
      if (script === undefined) continue
      scripts.set(url, script)
      count(script, functions)
    }
  }
  return scripts
}

/**
 * @param {SourceMapCache} map
 * @returns {Script}
 */
function newScript(map) {
  const length = map.lineLengths.reduce((sum, length) => sum + length + 1, 0)
  return { segments: segmentsOf(map), ran: new Uint8Array(length), branches: new Set() }
}

/**
 * @param {string} folder
 * @param {string} root
 * @returns {Map<string, File>} by the path of the source
 */
export function coverage(folder, root) {
  /** @type {Map<string, File>} */
  const files = new Map()
  for (const { segments, ran, branches } of scriptsIn(folder, root).values()) {
    for (const { offset, file, line } of segments) {
      const { lines } = fileOf(files, file)
      lines.set(line + 1, lines.get(line + 1) === true || ran[offset] === 1)
    }
    for (const start of branches) {
      const first = segments.find(({ offset }) => offset >= start)
      if (first === undefined) continue
      const known = fileOf(files, first.file).branches
      const place = `${first.line + 1}:${first.column + 1}`
      known.set(place, known.get(place) === true || ran[start] === 1)
    }
  }
  files.delete('')
  return files
}

/**
 * @param {Map<string, File>} files
 * @param {string} path
 */
function fileOf(files, path) {
  const file = files.get(path) ?? { lines: new Map(), branches: new Map() }
  files.set(path, file)
  return file
}
