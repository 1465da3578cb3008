import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Checks that the lockfile has versions and hashes but no addresses, so that it works with every registry.
 *
 * @param {string} root
 * @returns {string[]} the problems, one line each
 */
export function checkLockfile(root) {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8')
  /** @type {{ packages: Record<string, { resolved?: string }> }} */
  const { packages } = JSON.parse(text)
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined)
    .map(
      ([path]) =>
        `package-lock.json: ${path} has "resolved" (npm install --omit-lockfile-registry-resolved)`,
    )
}
