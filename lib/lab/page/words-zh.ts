// The texts of the page in Chinese.
import type { Words } from './words-en.ts'

const glosses: Readonly<Record<string, string>> = {
  nothing: '没有事件',
  blocked: '阻塞',
  back: '已返回',
  ok: '成功',
}

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
    myths: '误解',
    inside: '内部',
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
  noAnswerer: '没有内核应答',
  loading: '请稍候……',
  missingPage: '这里没有这个页面。',
  toCourse: '回到课程',

  courseTitle: '边缘还是水平？\n先预测，再问内核。',
  courseLead:
    '十二个关于 epoll 的小实验，每个都从一种常见的说法开始。你先说会发生什么，再由真正的 Linux 内核回答。',
  courseStart: '从第一个开始',
  courseGoOn: '继续下一个',
  courseAgain: '重新开始',
  courseList: '课程内容',
  seen: '已做过',
  howToRead: isRecorded =>
    `这些操作${isRecorded ? '在录制时' : '刚刚'}由内核执行过，用左右方向键可以逐步查看。`,
  howToReadEnd: '下一次等待会返回什么？',
  principles: [
    {
      title: '没有任何模拟',
      text: '电平来自 poll(2)，边缘来自另一个 epoll，关注列表来自 /proc，字节数来自 ioctl(2)。读不到的就不画。',
    },
    {
      title: '先由你预测',
      text: '只看演示学不到多少，被结果惊到一次却能记住很久。这里没有人打分。',
    },
    {
      title: '后退就是重新运行',
      text: '每一步之后的状态，都是重新运行到那一步才读取的，因此读取不会干扰实验。',
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
  fixed: '正确的做法：',
  stage: '内核的回答',
  asking: '正在询问内核……',
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
    levelReport: '水平触发的报告',
    edgeReport: '边缘触发的报告',
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
    isRecorded ? '你说出预测之后，才会显示内核当时的回答。' : '你说出预测之后，才会去问内核。',
  showMe: '直接看答案',
  pattern: text =>
    text
      .replaceAll('*', '…')
      .replaceAll(' or ', ' 或 ')
      .replace(/^>(\d+)$/, '多于 $1'),
  gloss: choice => glosses[choice] ?? '',
  youSaid: '你',
  kernelSays: '内核',
  asYouSaid: '与你说的一致',
  otherwise: '与你说的不同',
  rule: '规律',
  fix: '正确的做法',
  runFixed: '运行正确的做法',
  backToExperiment: '回到原来的实验',
  openInSandbox: '在沙盒里修改',
  next: '下一个',
  links: '延伸阅读',
  compare: '两者互换再运行',
  exchanged: '同样的操作，水平触发与边缘触发互换',
  differences: '内核的回答在这些步骤上不同：',
  noDifference: '内核的回答完全相同：在这里两者没有区别。',

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
  unsentBytes: bytes => `${bytes} 尚未取走`,
  interestOf: '关注列表',
  readyList: isReady => (isReady ? '就绪列表：非空' : '就绪列表：空'),
  empty: '空',

  code: '同样的操作写成代码',
  codeGone: {
    en: 'What writes programs could not be fetched: is the server still there?',
    zh: '没能取到生成代码的部分：服务器还在吗？',
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
  roles: { found: '出处', truth: '实际情况', trap: '陷阱', fix: '正确的做法' },
  myth: {
    believe: '我信',
    doubt: '我不信',
    surprise: '意外：这句话不对。',
    right: '答对了：这句话不对。',
  },
  fixedTitle: title => `${title}（正确的做法）`,
  referenceSays: 'Linux 的预期回答：',
  share: '复制链接',
  invitation: '这些操作来自链接。运行它们，你的内核就会回答。',
  startFrom: '从这里开始',
  ownText: '当前内容',
  mistakes: count => `${count} 处错误`,
  at: (line, column) => `第 ${line} 行第 ${column} 列`,
  noMistakes: count => `${count} 个操作`,
  suggestions: '补全',
  vocabulary: '全部操作',
  edited: '运行之后内容已经改动。',
  askYourOwn: '问你自己的内核：在 Linux 终端里，进入有 epollet 的目录，然后运行：',
  runLive:
    '这是录制版，没有内核来执行你的操作。请在 Linux 终端里，进入有 epollet 的目录，然后运行：',
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
      how: '请检查会阻塞的操作：读一个阻塞的描述符，或者没有人唤醒的线程。',
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
  xrayNoWaits: '还没有。向服务器请求点什么吧。',
  xrayCount: (waits, empty) => `等待 ${waits} 次，其中 ${empty} 次没有事件`,
  xrayLeft: count => `还有 ${count} 条没有显示`,
  xrayPause: '暂停',
  xrayResume: '继续',
  xrayPaused: '已暂停：这期间发生的事不会显示。',
  xrayConnecting: '正在连接……',
  xrayPoke: '向服务器请求点什么',
  xrayRecorded: '录制版没有可以透视的服务器。请在有 epollet 的目录下自己启动一个：',
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
