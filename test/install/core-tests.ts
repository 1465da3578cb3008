import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { build, stop } from 'esbuild'

const tests = fileURLToPath(new URL('../', import.meta.url))

/**
 * Compiles core's tests into an installed package, for hosts where tsx doesn't run. They test the package's dist.
 *
 * @returns the names of the files
 */
export async function bundleCore(
  intoPackage: string,
  node: number,
  isWanted = (_name: string): boolean => true,
): Promise<string[]> {
  const names = readdirSync(join(tests, 'core'))
    .filter(name => name.endsWith('.test.ts'))
    .map(name => basename(name, '.ts'))
    .filter(isWanted)
  await build({
    entryPoints: names.map(name => join(tests, 'core', `${name}.ts`)),
    outdir: join(intoPackage, 'test/core'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: `node${node}`,
    logLevel: 'error',
    plugins: [
      {
        name: 'dist instead of lib',
        setup({ onResolve }) {
          onResolve({ filter: /^(\.\.\/)+lib\// }, ({ path, resolveDir }) => {
            const found = relative(join(tests, '../lib'), join(resolveDir, path))
            // These folders are bundled, so dist doesn't have their files.
            if (/^(bench|lab|cli)\//.test(found)) return undefined
            return { path: `../../dist/${found.replace(/\.ts$/, '.js')}`, external: true }
          })
        },
      },
    ],
  })
  // Otherwise, esbuild's process would keep running, and two sockets would stay open.
  await stop()
  return names.map(name => `${name}.mjs`)
}

/** The counts and the failures in the output of `--test-reporter=spec`. */
export function report(coloured: string): string {
  const printed = stripVTControlCharacters(coloured)
  const counts = printed.match(/^ℹ (tests|pass|fail|skipped) \d+$/gm) ?? ['  ended early']
  const failing = printed.indexOf('✖ failing tests:')
  const counted = counts.map(line => line.slice(2)).join(', ')
  return failing < 0 ? counted : `${counted}\n${printed.slice(failing)}`
}
