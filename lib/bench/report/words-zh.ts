// The texts of the report in Chinese.
import type { ComparisonResult } from '../result/result.ts'
import type { Words } from './words-en.ts'

const families: Readonly<Record<string, string>> = {
  wait: '一个描述符就绪时的一次等待',
  active: '全部描述符就绪时的一次等待',
  maxevents: '一次等待最多报告多少事件',
  trigger: '一条消息：发送、等待、接收',
  ring: 'libevent 的环',
  wake: '唤醒线程',
  rivals: '昂贵的对手：每个连接一个线程或进程',
  control: '修改所监视的内容',
  serve: '对网页服务器的一次请求',
}

const terms: Readonly<Record<string, string>> = {
  'epoll_wait in C': 'C 的 epoll_wait',
  'poll in C': 'C 的 poll',
  'select in C': 'C 的 select',
  "Python's epoll.poll()": 'Python 的 epoll.poll()',
  'epoll_ctl in C': 'C 的 epoll_ctl',
  'unregister() and register()': 'unregister() 加 register()',
  'level-triggered in C': 'C，水平触发',
  'edge, until EAGAIN in C': 'C，边缘触发，读到 EAGAIN',
  'edge, until a short read in C': 'C，边缘触发，读到不足为止',
  'ONESHOT and MOD in C': 'C，ONESHOT 加 MOD',
  'level-triggered with Epoll': 'Epoll，水平触发',
  'edge, until EAGAIN with Epoll': 'Epoll，边缘触发，读到 EAGAIN',
  'edge, until a short read with Epoll': 'Epoll，边缘触发，读到不足为止',
  'ONESHOT and MOD with Epoll': 'Epoll，ONESHOT 加 MOD',
  "EventLoop, on Node's own": 'EventLoop，在 Node 自己的循环上',
  'one thread with epoll': '一个线程加 epoll',
  'a thread for each connection': '每个连接一个线程',
  'a process for each connection': '每个连接一个进程',
  'a thread in Epoll.poll()': '阻塞在 Epoll.poll() 的线程',
  "Epoll.watch(), in Node's loop": 'Epoll.watch()，在 Node 的循环里',
  kernel: '内核',
  crossing: '跨越边界',
  JavaScript: 'JavaScript',
  copying: '复制',
  'another runtime': '另一个运行时',
  'another process': '另一个进程',
  switching: '切换',
  wait: '次等待',
  event: '个事件',
  message: '条消息',
  step: '步',
  'round trip': '次往返',
  answer: '个应答',
  call: '次调用',
  pair: '对调用',
  bytes: '字节',
  'each in the unit of its column': '单位见各列',
  'ns per operation': '每次操作的 ns',
  'memory of a watch': '监视一个描述符占用的内存',
  'process (RSS)': '进程（RSS）',
  "V8's heap": 'V8 的堆',
  "kernel's slab": '内核的 slab',
  'epoll_ctl alone': '只有 epoll_ctl',
  'Epoll.register(), an object for each in a Map': 'Epoll.register()，每个在 Map 里有一个对象',
  'EventLoop.add(), a handler each': 'EventLoop.add()，每个一个处理函数',
  'node:net, a socket each': 'node:net，每个一个套接字',
  'no more watches, because of ulimit -n': '因 ulimit -n 的限制，不能有更多监视',
  'descriptors are open before; a socket of node:net is its own watch, so it is counted whole':
    '描述符事先已打开；node:net 的套接字本身就是监视，因此整个算在内',
  'a figure near 0, or below, is what the process itself did meanwhile':
    '接近 0 或更小的数字，是进程自己同时所做的事',
  'the slab cannot be read here: /proc/slabinfo is for root':
    '这里读不到 slab：/proc/slabinfo 只有 root 能读',
  'who gets new connections': '新连接由谁接受',
  'busiest thread, %': '最忙的线程，%',
  'least busy thread, %': '最闲的线程，%',
  'empty wake-ups per connection': '每个连接的落空唤醒',
  'sleeps per connection': '每个连接的睡眠次数',
  'CPU of the threads, ns per connection': '线程 CPU，每个连接 ns',
  'one listener, level-triggered': '一个监听套接字，水平触发',
  'one listener, EPOLLET': '一个监听套接字，EPOLLET',
  'one listener, EPOLLEXCLUSIVE': '一个监听套接字，EPOLLEXCLUSIVE',
  'SO_REUSEPORT, a listener each': 'SO_REUSEPORT，各有一个监听套接字',
  'a wake-up is empty when its first accept finds nothing; a thread that the kernel wakes in vain sleeps again without a word':
    '第一次 accept 就没有连接的，是落空的唤醒；内核白白唤醒的线程不作声地再睡',
  'what the client costs is not counted': '客户端的开销不算在内',
  'what others say of epoll here': '别人在这里测得的 epoll',
  'on the wall': '墙上时间',
  'an operation of perf’s wait is an epoll_wait and a read, while another thread writes; ours is an epoll_wait alone':
    'perf 的 wait 每次操作是一次 epoll_wait 加一次 read，同时另一线程在写；我们的只有一次 epoll_wait',
  'an operation of perf’s ctl is an add, a change or a removal, their mean; ours is a change alone':
    'perf 的 ctl 每次操作是注册、修改或注销，取其平均；我们的只有修改',
  'perf is not installed, or has no bench epoll: left out':
    '没有安装 perf，或它没有 bench epoll：未测',
  'npm epoll waits in a thread of its own, and calls back from Node’s loop, as Epoll.watch() does':
    'npm 的 epoll 在自己的线程里等待，并像 Epoll.watch() 那样从 Node 的循环里回调',
  'the npm package epoll is not found from here: left out': '从这里找不到 npm 包 epoll：未测',
  'how long a byte takes to another thread and back': '一个字节到另一线程再回来要多久',
  'a processor that has gone to sleep is slow to wake, and so are both ends then':
    '睡着的处理器醒得慢，这时两端都慢',
  request: '次请求',
  'answers a second': '每秒应答数',
  'servers as they start': '服务器启动时',
  'memory when idle, MiB': '空闲时的内存，MiB',
  'until the first answer, ms': '到第一个应答，ms',
  'memory: VmRSS after one answer, with what processes share; time: from spawn on':
    '内存：第一个应答之后的 VmRSS，包括进程间共享的部分；时间：从启动进程算起',
  '64 connections, opened anew for each block and kept open but in serve/close; idle ones last as long as the server; the page of a 404 is each server’s own':
    '64 个连接，每块测量重新打开，除 serve/close 外一直保持；空闲连接与服务器同生命；404 的页面各服务器用自己的',
  'CPU time of an answer, by the rate': '一个应答的 CPU 时间，按速率',
  'node:http, from memory': 'node:http，内容在内存里',
  'one fixed answer in C': 'C，固定的一个应答',
  'a file of 613 bytes': '一个 613 字节的文件',
  "the same, with a browser's header fields": '同一个文件，带浏览器的头部字段',
  'the same, with a connection for each request': '同一个文件，每个请求一个连接',
  'the same, with a log of each request': '同一个文件，每个请求记入访问日志',
  'the same, 16 requests in one piece': '同一个文件，16 个请求一次发出',
  'the same, beside 5,000 idle connections': '同一个文件，旁边有 5,000 个空闲连接',
  'memory of an idle connection': '一个空闲连接的内存',
  'a file of 64 KiB': '一个 64 KiB 的文件',
  'a file of 1 MiB': '一个 1 MiB 的文件',
  'EPOLL_CTL_DEL and EPOLL_CTL_ADD': 'EPOLL_CTL_DEL 加 EPOLL_CTL_ADD',
  'a file that is not there': '一个不存在的文件',
  'a file that the client has': '一个客户端已有的文件',
}

/** Texts that have numbers or names in them. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/^epoll_wait in C, maxevents (\d+)$/, 'C 的 epoll_wait，maxevents $1'],
  [
    /^how long an answer takes at (\d+) % of what epollet serve can do$/,
    '在 epollet serve 所能的 $1 % 时，一个应答要多久',
  ],
  [
    /^(\d+) a second; latency counts from when a request was due, not from when it was sent$/,
    '每秒 $1 个；延迟从请求应当发出的时刻算起，而不是从实际发出时',
  ],
  [
    /^(\d+) bytes, one after another: sent, waited for in Epoll\.wait\(\), received$/,
    '$1 个字节，一个接一个：发送，在 Epoll.wait() 里等待，接收',
  ],
  [
    /^(.+) did not hold this rate (\d+) of (\d+) times: (\d+) a second$/,
    '$1 在 $3 次中有 $2 次没有跟上这个速率：每秒 $4 个',
  ],
  [/^100 % is (\d+) a second$/, '100 % 是每秒 $1 个'],
  [
    /^each server runs on processor (\d+), the load on processor (\d+)$/,
    '各服务器在处理器 $1 上，负载在处理器 $2 上',
  ],
  [/^(.+): left out, it is not installed$/, '没有测 $1：没有安装'],
  [/^the congestion control of TCP is (\S+)$/, 'TCP 的拥塞控制是 $1'],
  [/^(.+): left out, it keeps no access log$/, '没有测 $1：它不记访问日志'],
  [
    /^how much more there was after the blocks than before (\d+) of them were opened; what the kernel keeps for a socket is not in it$/,
    '打开 $1 个之前与各块测量之后的差；内核为套接字保留的不在内',
  ],
  [
    /^(\d+) threads with an epoll each, (\d+) connections, (\d+) at a time$/,
    '$1 个线程各有一个 epoll，$2 个连接，每次 $3 个',
  ],
  [
    /^the difference between (\d+) and (\d+) watches, after collections, divided by their number$/,
    '垃圾回收之后，从 $1 到 $2 个监视的差，除以个数',
  ],
  [
    /^the slab is what all processes have in (.+); what the kernel has merged with other caches is not seen$/,
    'slab 是所有进程在 $1 里的对象；内核与其他缓存合并了的看不到',
  ],
]

/** How servers are set, between their names and their commands. */
const settings: readonly (readonly [string | RegExp, string])[] = [
  [/ \(in serve\/log with ([^()]+)\)/, '（serve/log 中用 $1）'],
  [', which gathers 16 KiB or 50 ms', '，攒到 16 KiB 或 50 ms'],
  [/^one fixed answer in C:/, 'C，固定的一个应答：'],
  [/^node:http, from memory:/, 'node:http，内容在内存里：'],
  ['its defaults but for the idle timeout, without a log', '除空闲超时外为默认设置，不记日志'],
  [
    'epoll_wait, recv, send of the same bytes; nothing is parsed, no file is looked at',
    'epoll_wait、recv、send 同样的字节；不解析任何东西，不看任何文件',
  ],
  [
    'one process, access_log off, sendfile on for 64k and 1m and off for the rest, as is cheaper for it, open_file_cache on, keepalive_requests 10^9',
    '一个进程，access_log off，sendfile 对 64k 和 1m 为 on、其余为 off（对它更省），open_file_cache on，keepalive_requests 10^9',
  ],
  [
    'one process, no access log, sendfile, stat cache, 65535 requests a connection (its most)',
    '一个进程，不记访问日志，sendfile，stat cache，每个连接 65535 个请求（它的上限）',
  ],
  [
    'one thread, no access log; its own cache of open files, keep-alive without a limit',
    '一个线程，不记访问日志；自己缓存打开的文件，keep-alive 不限次数',
  ],
  [
    'GOMAXPROCS=1, file_server, no access log; it keeps no files open',
    'GOMAXPROCS=1，file_server，不记访问日志；不保持文件打开',
  ],
  ['a Response of Bun.file for each request', '每个请求一个 Bun.file 的 Response'],
  [
    'createServer with one body, a Content-Length, no other thought',
    'createServer，固定的内容加 Content-Length，别的什么也不做',
  ],
]

function term(text: string): string {
  const [pattern, replacement] = patterns.find(([one]) => one.test(text)) ?? []
  if (pattern !== undefined && replacement !== undefined) return text.replace(pattern, replacement)
  if (Object.hasOwn(terms, text)) return terms[text]!
  return settings.reduce((so, [words, chinese]) => so.replace(words, chinese), text)
}

function comparison({ id, title, descriptors, sizeBytes }: ComparisonResult): string {
  const [family = '', count = ''] = id.split('/')
  const titles: Readonly<Record<string, string>> = {
    wait: `等待 ${descriptors} 个描述符，其中一个就绪`,
    active: `等待 ${descriptors} 个描述符，全部就绪`,
    maxevents: '等待 1000 个就绪的描述符，按一次最多报告的个数',
    trigger: `一条 ${sizeBytes} 字节的消息：发送、等待、接收`,
    ring: `libevent 的环：${count} 对套接字`,
    wake: '一个字节到另一线程再回来，按墙上时间',
    rivals: `${count} 个连接一问一答，包括客户端的部分`,
  }
  return titles[family] ?? terms[title] ?? title
}

const reasons: readonly [RegExp, string][] = [
  [/^needs (\S+), which is not installed$/, '需要 $1，但没有安装'],
  [/^is not installed$/, '没有安装'],
  [/^keeps no access log$/, '不记访问日志'],
  [/^has room for (\d+) descriptors$/, '最多容得下 $1 个描述符'],
]

/** Translates known reasons; a server's own message stays in English. */
function reasonOf(text: string): string {
  const [pattern, words] = reasons.find(([one]) => one.test(text)) ?? [text, text]
  return text.replace(pattern, words)
}

export const zh: Words = {
  lang: 'zh-Hans',
  title: '在 Node 里使用 epoll 的代价',
  raceTitle: '一次请求的代价：epollet serve 与其他服务器',
  raceNote:
    '均为中位数。CPU 时间是一个服务器全部线程和子进程的。墙上时间与它一样长时，服务器没有空闲：应答的快慢由它决定。',
  lead: '这里的每个数字都是时间上相邻的两次测量之比，并带有区间：100 次测量中有 95 次落在其内。区间没有离开相等附近 ±2\u00a0%，或没有离开同一个东西测两次的范围的，回答是“无法判断”：这也是一个回答。',
  from: (date, processor, kernel, node) =>
    `测于 ${date}，${processor}，Linux ${kernel}，Node ${node}。`,
  example: '这是一台机器某一天的数字。测你自己的：',
  own: '这是你自己的测量结果。',
  incomplete: '测量中途被结束；这里有的部分是完整的。',
  nothing: '还没有测到任何东西就被结束了。',
  home: 'epollet',
  tally: (told, all) => `${all} 项比较中 ${told} 项有结论；${all - told} 项在这里无法判断。`,
  resolution: (least, most) =>
    least === most
      ? `同一个东西测两次，相差在 ±${least}\u00a0% 以内。`
      : `同一个东西测两次，相差在 ±${least}\u00a0% 到 ±${most}\u00a0% 以内，各项比较不同。`,
  verdicts: { cheaper: '更省', dearer: '更贵', 'cannot tell': '无法判断' },
  baseline: '基准',
  control: '基准对自身',
  biased: '同一个东西测两次得出了不同结果：这里没有结论。',
  forest: '与基准相比的代价',
  forestNote:
    '每个点是与基准之比，基准写在各组的第一行；穿过它的线是 95\u00a0% 区间。1 的左边更省，右边更贵。色带是 ±2\u00a0%，空心点是基准与自身相比：区间碰到色带或空心点区间的没有结论。坐标轴为对数；末端的箭头表示更远，数值写在旁边。',
  forestAxis: '基准的倍数',
  costs: '代价与描述符个数',
  costsNote:
    '一个描述符就绪，其余都空闲。epoll 知道是哪一个；poll 和 select 每次调用都要把全部看一遍。两条轴都是对数：斜线表示代价随个数增长。点是中位数，穿过它的线是全部轮次的中间一半。',
  costsAxes: (x, y) => `${y}，随${x}变化`,
  descriptors: '描述符个数',
  spent: '一个事件的时间花在哪里',
  spentNote:
    'C 的循环就是内核所需的时间。Epoll.wait() 从 JavaScript 作同样的调用：多出的部分是跨越边界。Epoll.poll() 还要建数组：比 wait() 多出的部分是 JavaScript。',
  parts: ['C 与内核', '跨越边界', 'JavaScript'],
  samples: '全部样本',
  samplesNote:
    '一个点是一个参与者的一块测量，按轮次排列；竖线分开各个进程。下面的条带表示线程在一轮里可以运行却在等待的时间：别人造成的噪声。受干扰的轮次在那里着色，从不丢弃。',
  strip: '条带：可运行却未运行',
  each: (figure, unit) => `每${unit} ${figure} ns`,
  sampleAxis: unit => `每${unit}的纳秒数`,
  shown: (shown, all, disturbed) =>
    `${shown < all ? `显示 ${all} 轮中的 ${shown} 轮` : `${all} 轮`}；其中 ${disturbed} 轮受到干扰`,
  tables: '不是比值的数字',
  tablesNote: '相邻测量之比说不出来的东西：每个数字是几个进程的中位数，后面是其中最小和最大的。',
  spread: '各进程的中位数，后面是最小值和最大值',
  perEvent: '一个事件需要什么',
  perEventTable: '时间、系统调用、内存',
  perEventNote:
    '均为中位数。系统调用是数出来的，不是采样。字节是 JavaScript 堆的增长；垃圾回收本身的工作算在进程的时间里，不在线程的时间里。',
  columns: {
    contender: '参与者',
    cpu: '线程 CPU，ns',
    process: '进程 CPU，ns',
    wall: '墙上时间，ns',
    calls: '系统调用',
    bytes: '分配的字节',
    collections: '每千个事件的回收',
    limiter: '主要在',
    ratio: '比值',
    interval: '95\u00a0% 区间',
    verdict: '结论',
  },
  asTable: '同样的内容，作为表格',
  notCounted: '未计数',
  skipped: (title, reason) => `没有测 ${title}：${reasonOf(reason)}。`,
  environment: '在哪里测的',
  environmentRows: {
    processor: '处理器',
    processors: '处理器个数',
    memoryBytes: '内存',
    kernel: 'Linux',
    node: 'Node',
    v8: 'V8',
    epollet: 'epollet',
    python: 'Python',
    clocksource: '时钟源',
    governor: '频率调节器',
    openFilesMax: '打开文件数上限',
  },
  mitigations: '处理器漏洞的缓解措施',
  unknown: '内核没有给出',
  method: '怎样测的',
  methodLines: [
    '参与者在一轮之内按随机次序轮流运行，在同一进程的同一线程里；比值在一轮之内求得，因此干扰机器的东西同时干扰两边。',
    '每项比较至少在五个新的进程里运行：代码和内存落在哪里，各进程不同，在一个进程里重复再多也看不出来。区间来自对进程的自助法，并因进程很少而用 t 分布放宽。',
    '在每个进程里，基准还与自身相比。如果两者测得不同，说明此刻机器有偏差，就没有结论。',
    '所有次序和抽取都来自一个种子，它和命令一起写在这里。',
  ],
  raceLines: [
    '各服务器在一轮之内按随机次序轮流，一次只有一个在工作，其余空闲；比值在一轮之内求得。算的是服务器的线程和子进程的 CPU 时间，由调度器记录：客户端比服务器慢时也成立。',
    '每项工作至少用五组新的进程。区间来自对各组的自助法，并因组数很少而用 t 分布放宽。',
    '每组里还有我们自己的第二个进程。如果两者测得不同，说明此刻机器有偏差，就没有结论。',
    '计时之前先看每个服务器应答的状态和字节：答错的不参加。所有次序都来自一个种子，它和命令一起写在这里。',
  ],
  again: '再测一次：',
  term,
  comparison,
  family: name => families[name] ?? name,
}
