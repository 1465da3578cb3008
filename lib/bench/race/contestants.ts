import { inPackage } from '../../sys/index.ts'

/** The settings with which a server is started. */
export interface Place {
  readonly port: number
  readonly root: string
  /** The folder for its own files. */
  readonly folder: string
  /** The path of its configuration file. */
  readonly config: string
  /** The path of the answer for servers that always send the same bytes. */
  readonly answer: string
  readonly once: boolean
  readonly pipelined: number
  /** The size of the requested file. */
  readonly fileBytes: number
  /** The number of connections that it must hold open. */
  readonly connectionsMax: number
  /** The path of its access log; null if it does not write one. */
  readonly log: string | null
}

/** A server that can be compared. */
export interface Contestant {
  readonly id: string
  readonly title: string
  /** The program that must be on PATH; null for servers of this package and of Node. */
  readonly program: string | null
  /** The arguments that print its version. */
  readonly version: readonly string[]
  readonly command: (place: Place) => readonly string[]
  readonly config?: (place: Place) => string
  readonly environment?: (place: Place) => Readonly<Record<string, string>>
  /** A description of its settings. */
  readonly settings: string
  /** The setting that makes it log to a file, if it can. */
  readonly logging?: string
  /** Whether its code is compiled at run time. */
  readonly warms?: true
}

/** Below this size nginx is faster without sendfile, because it makes one call fewer. */
const sendfileFromBytes = 2 ** 15
/** Longer than any block, so that no idle connection is closed. */
const idleSeconds = 600
const { execPath } = process
const own = { program: null, version: [], warms: true } as const

export const epollet: Contestant = {
  ...own,
  id: 'epollet',
  title: 'epollet serve',
  command: ({ port, root, log }) => [
    execPath,
    inPackage('dist/cli/main.js'),
    'serve',
    String(port),
    '--root',
    root,
    '--idle-timeout',
    String(idleSeconds),
    ...(log === null ? ['--quiet'] : ['--log-file', log]),
  ],
  settings: 'its defaults but for the idle timeout, without a log',
  logging: '--log-file, which gathers 16 KiB or 50 ms',
}

export const nodeHttp: Contestant = {
  ...own,
  id: 'node-http',
  title: 'node:http, from memory',
  command: ({ port, root }) => [
    execPath,
    inPackage('dist/bench/race/node-http.js'),
    String(port),
    `${root}/small.html`,
  ],
  settings: 'createServer with one body, a Content-Length, no other thought',
}

const floor: Contestant = {
  ...own,
  id: 'floor',
  title: 'one fixed answer in C',
  command: ({ port, answer, once, pipelined }) => [
    execPath,
    inPackage('dist/bench/race/floor.js'),
    String(port),
    answer,
    once ? '1' : '0',
    String(pipelined),
  ],
  settings: 'epoll_wait, recv, send of the same bytes; nothing is parsed, no file is looked at',
}

export const nginx: Contestant = {
  id: 'nginx',
  title: 'nginx',
  program: 'nginx',
  version: ['-v'],
  command: ({ folder, config }) => ['nginx', '-e', 'stderr', '-p', folder, '-c', config],
  config: ({ port, root, folder, fileBytes, connectionsMax, log }) => `daemon off;
master_process off;
worker_processes 1;
pid "${folder}/nginx-${port}.pid";
events { worker_connections ${connectionsMax}; }
http {
  types { text/html html; text/plain txt; }
  access_log ${log === null ? 'off' : `"${log}" combined buffer=16k flush=1s`};
  sendfile ${fileBytes < sendfileFromBytes ? 'off' : 'on'};
  open_file_cache max=1000 inactive=60s;
  keepalive_requests 1000000000;
  keepalive_timeout ${idleSeconds}s;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `  ${name}_temp_path "${folder}/nginx-${port}";`).join('\n')}
  server { listen 127.0.0.1:${port}; root "${root}"; }
}
`,
  settings:
    'one process, access_log off, sendfile on for 64k and 1m and off for the rest, as is cheaper for it, open_file_cache on, keepalive_requests 10^9',
  logging: 'access_log, buffer=16k flush=1s',
}

const lighttpd: Contestant = {
  id: 'lighttpd',
  title: 'lighttpd',
  program: 'lighttpd',
  version: ['-v'],
  command: ({ config }) => ['lighttpd', '-D', '-f', config],
  config: ({ port, root, connectionsMax, log }) => `server.document-root = "${root}"
server.bind = "127.0.0.1"
server.port = ${port}
server.event-handler = "linux-sysepoll"
server.network-backend = "sendfile"
server.stat-cache-engine = "simple"
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = ${idleSeconds}
server.max-connections = ${connectionsMax}
server.max-fds = ${2 * connectionsMax}
mimetype.assign = ( ".html" => "text/html", ".txt" => "text/plain" )
${log === null ? '' : `server.modules = ( "mod_accesslog" )\naccesslog.filename = "${log}"\n`}`,
  settings:
    'one process, no access log, sendfile, stat cache, 65535 requests a connection (its most)',
  logging: 'mod_accesslog',
}

const h2o: Contestant = {
  id: 'h2o',
  title: 'h2o',
  program: 'h2o',
  version: ['-v'],
  command: ({ config }) => ['h2o', '-c', config],
  // Changing the user would clear the parent-death signal: prctl(2), PR_SET_PDEATHSIG.
  config: ({
    port,
    root,
    connectionsMax,
    log,
  }) => `${process.getuid?.() === 0 ? 'user: root\n' : ''}num-threads: 1
max-connections: ${connectionsMax}
listen:
  host: 127.0.0.1
  port: ${port}
http1-request-timeout: ${idleSeconds}
hosts:
  default:
    paths:
      /:
        file.dir: "${root}"
${log === null ? '' : `access-log: "${log}"\n`}`,
  settings: 'one thread, no access log; its own cache of open files, keep-alive without a limit',
  logging: 'access-log',
}

const caddy: Contestant = {
  id: 'caddy',
  title: 'Caddy',
  program: 'caddy',
  version: ['version'],
  command: ({ config }) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', config],
  config: ({ port, root, log }) => `{
	admin off
	auto_https off
	servers {
		timeouts {
			idle ${idleSeconds}s
		}
	}
}
http://127.0.0.1:${port} {
	root * "${root}"
	file_server${log === null ? '' : `\n\tlog {\n\t\toutput file "${log}"\n\t}`}
}
`,
  // This also makes it store its state in our folder.
  environment: ({ folder }) => ({
    GOMAXPROCS: '1',
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  }),
  settings: 'GOMAXPROCS=1, file_server, no access log; it keeps no files open',
  logging: 'log',
}

const bun: Contestant = {
  id: 'bun',
  title: 'Bun.serve',
  program: 'bun',
  version: ['--version'],
  command: ({ config }) => ['bun', 'run', config],
  config: ({ port, root }) => `Bun.serve({
  hostname: '127.0.0.1',
  port: ${port},
  idleTimeout: 255,
  async fetch(request) {
    const file = Bun.file(${JSON.stringify(root)} + new URL(request.url).pathname)
    return (await file.exists()) ? new Response(file) : new Response('', { status: 404 })
  },
})
`,
  settings: 'a Response of Bun.file for each request',
  warms: true,
}

/** The servers with which ours can be compared. */
export const peers: readonly Contestant[] = [floor, nginx, lighttpd, h2o, caddy, bun]
