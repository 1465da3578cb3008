// The package's version.
import { readFileSync } from 'node:fs'
import { inPackage } from '../sys/index.ts'

const manifest = readFileSync(inPackage('package.json'), 'utf8')

export const version: string = JSON.parse(manifest).version
