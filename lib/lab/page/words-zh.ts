// The texts of the page in Chinese.
import type { Words } from './words-en.ts'

const kinds: Readonly<Record<string, string>> = {
  'pipe reader': '管道读端',
  'pipe writer': '管道写端',
  socket: '套接字',
  listener: '监听套接字',
  eventfd: 'eventfd',
  timerfd: 'timerfd',
  file: '文件',
}

function noteOf(note: string): string {
  if (note.startsWith('not read: other threads'))
    return '有别的线程或进程参与，重放只会是另一场竞争。'
  if (note.startsWith('not read: no descriptor')) return '已经没有描述符可用来读取。'
  const [, number, outcome] = /^not readable: .*operation (\d+) came to '([^']*)'/.exec(note) ?? []
  if (number !== undefined) return `加上读取之后，第 ${number} 步的结果变成了 ${outcome}。`
  return note
}

export const zh: Words = {
  skip: '跳到正文',
  pages: {
    course: '入门课程',
    experiments: '全部实验',
    sandbox: '沙盒',
    myths: '常见误区',
    inside: '实现原理',
    tutorial: '教程',
    xray: '透视',
  },
  navigation: '实验室',
  home: 'epollet lab：回到课程',
  otherLanguage: 'English',
  live: '实时',
  recorded: '录制',
  liveBadge: (kernel, pid) => `Linux ${kernel} · 进程 ${pid}`,
  recordedBadge: (kernel, date) => `Linux ${kernel}，${date}`,
  noAnswerer: '服务器离线',
  loading: '请稍候……',
  missingPage: '没有这个页面。',
  toCourse: '回到课程',

  courseTitle: '先预测 epoll 的行为，\n再让内核告诉你对不对。',
  courseLead:
    '服务器有一万个连接，不可能挨个去问“有新数据吗”。epoll 就是 Linux 告诉它哪些连接有事可做的办法，nginx、Redis 和 Node.js 都靠它。它的规则几乎让每个人意外：十二个小实验，你先预测，再由真正的内核回答。',
  courseStart: '从实验 1 开始',
  courseGoOn: '继续',
  courseAgain: '重新开始',
  courseWarmUp: '热身：一分钟认识 epoll',
  courseDone: '学到了什么',
  courseList: '课程内容',
  seen: '已完成',
  howToRead: isRecorded =>
    isRecorded
      ? '内核执行过这些操作，用 ← → 逐步查看。'
      : '你的内核刚刚执行了这些操作，用 ← → 逐步查看。',
  howToReadEnd: '下一次等待会返回什么？',
  principles: [
    {
      title: '没有任何模拟',
      text: '电平来自 poll(2)，唤醒来自另一个 epoll，关注列表来自 /proc，字节数来自 ioctl(2)。读不到的就不画。',
    },
    {
      title: '先由你预测',
      text: '只看演示学不到多少，被结果惊到一次却能记住很久。这里没有人打分。',
    },
    {
      title: '查看不会改变结果',
      text: '每一步都是真实的运行。要显示第 5 步之后的状态，就把第 1 到 5 步重新运行一遍，只在最后读取。',
    },
  ],
  allExperiments: '全部实验',
  allLead: count =>
    `关于 epoll 的 ${count} 种说法，以及检验它们的操作。带圆点的十二个属于入门课程。`,
  inCourse: '属于课程',
  courseOf: (place, all) => `课程 ${place} / ${all}`,

  operations: '操作',
  transcript: '各步操作及其结果',
  otherThan: expected => `预期为 ${expected}`,
  belief: '常见的说法',
  quoted: text => `“${text}”`,
  fixed: '改正后：',
  stage: '内核的回答',
  asking: '内核正在运行……',
  notRun: '还没有运行。',
  colon: '：',
  took: duration => `用时 ${duration}`,
  controls: '步骤',
  back: '后退',
  play: '播放',
  pause: '暂停',
  step: '前进',
  speed: '速度',
  operation: '操作',
  stepSays: (shown, all, op, outcome) => `第 ${shown} 步，共 ${all} 步：${op}，${outcome}`,
  legend: {
    level: '电平（poll）',
    bytes: '字节数（FIONREAD）',
    edge: '边缘（另一个 epoll）',
    levelReport: '水平触发的通知',
    edgeReport: '边缘触发的通知',
    none: '没有事件',
    ready: '就绪列表非空（对 epoll 调用 poll）',
  },
  edges: '边缘',
  triggers: { level: '水平', edge: '边缘', both: '两种' },
  pictureShows: (shown, all) => `共 ${all} 步操作，显示到第 ${shown} 步。`,
  laneSays: (lane, high, edges) =>
    `${lane}：${high === '' ? '始终为低' : `第 ${high} 步之后为高`}，${edges === '' ? '没有边缘' : `第 ${edges} 步有边缘`}。`,
  answeredBy: (kernel, pid) => `由 Linux ${kernel} 的进程 ${pid} 回答。`,
  recordedBy: (kernel, date, pid) => `录制内容：${date} 由 Linux ${kernel} 的进程 ${pid} 回答。`,

  predictFirst: isRecorded =>
    isRecorded ? '选好答案，就会显示内核的回答。' : '选好答案，内核才会执行这一步。',
  showMe: '跳过',
  pattern: text =>
    text
      .replaceAll('*', '…')
      .replaceAll(' or ', ' 或 ')
      .replace(/^>(\d+)$/, '多于 $1'),
  youSaid: '你预测',
  kernelSays: '内核的回答是',
  asYouSaid: '答对了',
  otherwise: '意外',
  rule: '规律',
  fix: '改正',
  runFixed: '运行改正后的写法',
  backToExperiment: '回到改正前',
  openInSandbox: '在沙盒里修改',
  next: '下一个',
  links: '延伸阅读',
  compare: '互换 LT 与 ET 再运行',
  exchanged: '同样的操作，水平触发与边缘触发互换',
  differences: '变化在这些步骤：',
  noDifference: '没有变化：在这里两者没有区别。',

  stateAfter: count => `第 ${count} 步之后的状态`,
  reading: '正在读取……',
  notReadable: '读不到。',
  note: noteOf,
  descriptors: '描述符',
  name: '名字',
  kind: kind => kinds[kind] ?? kind,
  level: '电平',
  queued: '待读',
  mask: '掩码',
  bytes: bytes => String(bytes),
  unsentBytes: bytes => `发送缓冲区 ${bytes}`,
  interestOf: '关注列表',
  readyList: isReady => (isReady ? '就绪列表：非空' : '就绪列表：空'),
  empty: '空',

  code: '写成代码',
  codeGone: {
    en: 'The code generator could not be loaded. Is the server still running?',
    zh: '代码生成器加载失败，请确认服务器仍在运行',
  },
  copy: '复制',
  copied: '已复制',
  notCopied: '浏览器不允许页面复制：请手动选中文本',

  sandboxTitle: '沙盒',
  sandboxLead: '每行写一个操作，内核会在单独的进程里执行。',
  editor: '操作',
  editorHelp: 'Tab 采用补全，Esc 关闭补全。',
  editorRuns: 'Ctrl+Enter 运行。',
  run: '运行',
  runAgain: '再运行一次',
  contents: '本页内容',
  roles: { found: '出处', truth: '实际情况', trap: '陷阱', fix: '改正' },
  myth: {
    believe: '我信',
    doubt: '我不信',
    surprise: '意外：这句话不对。',
    right: '答对了：这句话不对。',
  },
  fixedTitle: title => `${title}（改正后）`,
  referenceSays: '在 Linux 上的预期结果：',
  share: '复制链接',
  invitation: '这些操作来自地址。运行它们，你的内核就会回答。',
  startFrom: '从这里开始',
  ownText: '当前内容',
  mistakes: count => `${count} 处错误`,
  at: (line, column) => `第 ${line} 行第 ${column} 列`,
  noMistakes: count => `${count} 个操作`,
  suggestions: '补全',
  vocabulary: '全部操作',
  edited: '运行之后内容已经改动。',
  askYourOwn: '在 Linux 终端里问你自己的内核：',
  runLive: '这是录制版，没有内核来执行你的操作。请在 Linux 终端里运行：',
  runLiveWhole: '或者用自己的内核打开整个实验室',

  troubles: {
    gone: {
      what: '实验室的服务器没有应答。',
      how: '请在终端里重新启动它，然后再试一次。你写的内容都还在。',
    },
    unserved: {
      what: '这个页面不是由实验室提供的，因此没有内核可问。',
      how: '请用 epollet 加 --lab 选项来提供这个页面；在克隆的仓库里运行 npm start 即可。',
    },
    refused: {
      what: '服务器已不认识这个页面，多半是它重新启动过。',
      how: '请重新加载页面，你写的内容会保留。',
    },
    busy: { what: '实验室一时忙不过来。', how: '请稍等片刻再试。' },
    timeout: {
      what: '这次运行没有按时结束，已被终止。',
      how: '请检查会阻塞的操作：读一个阻塞的描述符，或者一直没有被唤醒的线程。',
    },
    crashed: { what: '执行操作的进程已经结束。', how: '请再试一次，会启动一个新的进程。' },
    mistakes: { what: '服务器发现操作里有错误。', how: '什么都没有执行。' },
    recorded: { what: '这是录制版，没有内核。', how: '请在 Linux 终端里实时运行。' },
    missing: { what: '录制内容里没有这次运行。', how: '请改为实时运行。' },
    other: { what: '发生了意料之外的情况。', how: '请再试一次。' },
  },
  tryAgain: '再试一次',
  reload: '重新加载',

  xrayTitle: '透视：正在为你服务的 epoll',
  xrayLead:
    '本项目的服务器本身就是边缘触发的。由它发送这个页面时，它一边为你服务，一边把自己的关注列表和每次等待展示在这里，你浏览器的套接字也在其中。',
  xrayOwn: '本透视的连接',
  xrayListener: '监听套接字',
  xrayConnection: '连接',
  xrayOther: '其他',
  xraySet: (pid, epoll) => `进程 ${pid} 的关注列表，epoll ${epoll}`,
  xrayWaits: '有返回的等待',
  xrayNoWaits: '还没有。向服务器发个请求吧。',
  xrayCount: (waits, empty) => `等待 ${waits} 次，其中 ${empty} 次没有事件`,
  xrayLeft: count => `还有 ${count} 条没有显示`,
  xrayPause: '暂停',
  xrayResume: '继续',
  xrayPaused: '已暂停：这期间发生的事不会显示。',
  xrayConnecting: '正在连接……',
  xrayPoke: '取一个小文件',
  xrayRecorded: '录制版没有可以透视的服务器。请自己启动一个：',
  xrayColumns: {
    address: '地址',
    mask: '掩码',
    data: 'epoll_data',
    received: '已收',
    sent: '已发',
    since: '开始于',
  },
  xrayBefore: '之前',
  xrayNow: '现在',
  xrayTimeline: events => `最近几秒：${events} 个事件，各次等待列在下面。`,
}
