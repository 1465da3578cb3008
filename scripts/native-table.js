import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import typescript from 'typescript'

/**
 * The functions of module.cc's table. If a row's text differs from its function's name, both are returned.
 *
 * @param {string} source
 * @returns {string[]}
 */
export function namesInTable(source) {
  const rows = source.matchAll(/\{"(\w+)",\s*binding<(\w+)>\}/g)
  return [...rows].map(([, name = '', bound]) => (name === bound ? name : `${name}=${bound}`))
}

/**
 * @param {string} source of syscalls.h
 * @returns {string[]}
 */
export function namesInHeader(source) {
  return [...source.matchAll(/^int64_t (\w+)\(/gm)].map(([, name = '']) => name)
}

/**
 * The functions of the interface Native, without its classes.
 *
 * @param {string} source
 * @returns {string[]}
 */
export function namesInInterface(source) {
  const file = typescript.createSourceFile('native.ts', source, typescript.ScriptTarget.ES2022)
  return file.statements
    .filter(typescript.isInterfaceDeclaration)
    .filter(({ name }) => name.text === 'Native')
    .flatMap(({ members }) => [...members])
    .filter(typescript.isMethodSignature)
    .map(({ name }) => (typescript.isIdentifier(name) ? name.text : '?'))
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @returns {string} the names that only one list has, or where the order differs; '' when the lists are equal
 */
function difference(a, b) {
  const onlyA = a.filter(name => !b.includes(name)).map(name => `-${name}`)
  const onlyB = b.filter(name => !a.includes(name)).map(name => `+${name}`)
  if (onlyA.length + onlyB.length > 0) return [...onlyA, ...onlyB].join(' ')
  const first = a.findIndex((name, index) => name !== b[index])
  return first === -1 ? '' : `the order differs at ${a[first]}`
}

/**
 * Checks that the three lists of native functions have the same names in the same order.
 *
 * @param {string} root
 * @returns {string[]} the problems, one line each
 */
export function checkNativeTable(root) {
  const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8')
  const table = namesInTable(read('native/module.cc'))
  if (table.length === 0) return ['native/module.cc: no table found']
  const others = {
    'native/syscalls.h': namesInHeader(read('native/syscalls.h')),
    'lib/sys/native.ts': namesInInterface(read('lib/sys/native.ts')),
  }
  return Object.entries(others).flatMap(([path, names]) => {
    const found = difference(table, names)
    return found === '' ? [] : [`native/module.cc against ${path}: ${found}`]
  })
}
