import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The package's folder, which contains `dist` or `lib`. In a bundle the result is a different folder, or undefined:
 * esbuild leaves import.meta empty in CommonJS. With `new URL(text, import.meta.url)`, bundlers would copy the file.
 */
export function packageFolder(): string | undefined {
  const { url } = import.meta as { url?: string }
  return url?.startsWith('file:') ? join(dirname(fileURLToPath(url)), '../..') : undefined
}

/** The absolute path of a file of the package, such as `dist/cli/main.js`. Throws Error in a CommonJS bundle. */
export function inPackage(path: string): string {
  const folder = packageFolder()
  if (folder === undefined) throw new Error(`${path} is not in the bundle: keep epollet external`)
  return join(folder, path)
}

/** A clone has the build script; an installed package does not. */
export function isClone(folder: string): boolean {
  try {
    return existsSync(join(folder, 'scripts/build.js'))
  } catch {
    // Node's permission model may forbid the check.
    return false
  }
}
