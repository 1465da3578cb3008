import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder of the package, which holds `dist` or `lib`. In a bundle this is another folder, or none: esbuild leaves
 * import.meta empty in CommonJS. Not `new URL(text, import.meta.url)`, which bundlers take for a file to be copied.
 */
export function packageFolder(): string | undefined {
  const { url } = import.meta as { url?: string }
  return url?.startsWith('file:') ? join(dirname(fileURLToPath(url)), '../..') : undefined
}

/** A path within the package, as `dist/cli/main.js`. Throws Error where epollet is bundled as CommonJS. */
export function inPackage(path: string): string {
  const folder = packageFolder()
  if (folder === undefined) throw new Error(`${path} is not in a bundle: keep epollet external`)
  return join(folder, path)
}

/** A clone has the script that builds it; an installed package has not. */
export function isClone(folder: string): boolean {
  try {
    return existsSync(join(folder, 'scripts/build.js'))
  } catch {
    // Node's permission model may forbid the question.
    return false
  }
}
