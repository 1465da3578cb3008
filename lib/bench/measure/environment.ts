import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { fileText, openFilesMax } from '../../sys/index.ts'
import type { Environment } from '../result/result.ts'

function line(path: string): string | null {
  return fileText(path).trim() || null
}

function python(): string | null {
  try {
    const text = execFileSync('python3', ['--version'], { encoding: 'latin1', stdio: 'pipe' })
    return text.trim().replace(/^Python /, '')
  } catch {
    return null
  }
}

function mitigations(): Record<string, string> {
  const folder = '/sys/devices/system/cpu/vulnerabilities'
  try {
    const names = readdirSync(folder)
    return Object.fromEntries(names.map(name => [name, line(`${folder}/${name}`) ?? '']))
  } catch {
    return {}
  }
}

/** The machine and the software versions, on which all figures depend. @param epollet the version of this package */
export function environment(epollet: string): Environment {
  const system = '/sys/devices/system'
  return {
    epollet,
    node: process.versions.node,
    v8: process.versions.v8,
    kernel: release(),
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    memoryBytes: totalmem(),
    python: python(),
    clocksource: line(`${system}/clocksource/clocksource0/current_clocksource`),
    governor: line(`${system}/cpu/cpu0/cpufreq/scaling_governor`),
    mitigations: mitigations(),
    openFilesMax: openFilesMax(),
  }
}
