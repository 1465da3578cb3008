import { readFileSync } from 'node:fs'
import { EBADF, native, targetOf } from '../../sys/index.ts'
import { type Module, ok } from './module.ts'

const pageBytes = 4096

/** `mmap E` maps the file into memory until the process ends; `maps E` counts its mappings. */
export const memory: Module = {
  mmap: (context, name = '') => {
    const address = native.mmap(context.fdOf(name), pageBytes)
    return address < 0 ? { result: address } : ok
  },
  maps: (context, name = '') => {
    const file = targetOf(context.fdOf(name))
    if (file === null) return { result: EBADF }
    const lines = readFileSync('/proc/self/maps', 'utf8').split('\n')
    return { result: lines.filter(line => line.endsWith(file)).length }
  },
}
