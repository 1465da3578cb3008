/**
 * From `/a/name` to `/a/name/`. Relative, so that it holds behind a proxy that strips a prefix; with `../` in front, as
 * `a:b/` alone would have a scheme.
 */
export function folderLocation(path: string): string {
  return `./${encodeURIComponent(lastOf(path))}/`
}

/**
 * From `/a/name/` to `/a/name`.
 *
 * @param sent the path as the client sent it: each slash at its end is one step up
 */
export function pageLocation(path: string, sent: string): string {
  // As the client resolves what we send: `.` and `..` are taken out, slashes that repeat are not.
  const { pathname } = new URL(`http://a${sent}`)
  let slashes = 0
  while (pathname.at(-1 - slashes) === '/') slashes++
  return '../../'.repeat(slashes) + encodeURIComponent(lastOf(path))
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
