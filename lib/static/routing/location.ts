/**
 * The redirect from `/a/name` to `/a/name/`. It is relative, so that it works behind a proxy that strips a prefix, and
 * it begins with `./`, because `a:b/` would be a URL with a scheme.
 */
export function folderLocation(path: string): string {
  return `./${encodeURIComponent(lastOf(path))}/`
}

/**
 * The redirect from `/a/name/` to `/a/name`.
 *
 * @param sent the path as the client sent it; each slash at its end needs a `../`
 */
export function pageLocation(path: string, sent: string): string {
  // Clients remove `.` and `..` from a path, but keep repeated slashes; URL does the same.
  const { pathname } = new URL(`http://a${sent}`)
  let slashes = 0
  while (pathname.at(-1 - slashes) === '/') slashes++
  return '../'.repeat(slashes) + encodeURIComponent(lastOf(path))
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
