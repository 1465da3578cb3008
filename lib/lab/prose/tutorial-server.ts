import type { Step } from './tutorial-step.ts'

/** The web server, and what it takes to make it hold. */
export const serverSteps: readonly Step[] = [
  {
    number: 7,
    name: 'web-server',
    heading: { en: 'the web server', zh: 'Web 服务器' },
    adds: {
      en: "The loop of step 6, which now answers instead of printing: with the file that the request's first line names, or with a 404. `Content-Length` tells the client where an answer ends, so that the next one can follow on the same connection.",
      zh: '仍是第 6 步的循环，只是不再打印，而是回答：请求第一行所说的文件，或者 404。`Content-Length` 告诉客户端回答在哪里结束，下一个回答才能在同一个连接上继续。',
    },
    code: `function send(connection: Socket, answer: Buffer): void {
  connection.send(answer)
}`,
    trap: {
      en: "`send` takes what fits into the kernel's buffer and returns how much that was. The program ignores it: the end of a large file is lost, and the client waits for it.",
      zh: '`send` 只收下内核缓冲区放得下的部分，并返回收下了多少。程序忽略了返回值：文件一大，后半截就丢了，客户端还在等。',
    },
    goesWrong: {
      transcript: `
pair s c
send s 4000000 -> >1000
send s 1 -> EAGAIN
drain c -> *
`,
      caption: {
        en: 'You offer four million bytes. Compare that with what was taken, and with what the client gets.',
        zh: '要发送四百万字节。看看收下了多少，客户端得到多少。',
      },
    },
    fix: {
      en: "Keep the rest, and continue when EPOLLOUT says [that there's room](#/e/out-edge).",
      zh: '留着剩下的（部分写入），等 EPOLLOUT 说[有空间了](#/e/out-edge)再继续。',
    },
    goesWell: {
      transcript: `
pair s c
ep E; add E s IN|OUT|ET
wait E -> s:OUT
send s 4000000 -> >1000
send s 1 -> EAGAIN
wait E -> nothing
drain c -> *
wait E -> s:OUT
send s 100000 -> 100000
`,
      caption: {
        en: 'The buffer is full. What does the wait say before and after the client has read?',
        zh: '缓冲区满了。客户端读走之前和之后，等待各返回什么？',
      },
    },
    next: 'send-all',
  },
  {
    number: 8,
    name: 'send-all',
    heading: { en: 'send all', zh: '全部发送' },
    adds: {
      en: "Each connection keeps what it hasn't sent yet. It's registered for OUT from the beginning, which is quiet with ET; with LT it would [spin](#/e/out-spins). While anything is unsent, the program doesn't receive, so a client that doesn't read can't make memory grow.",
      zh: '每个连接留着尚未发送的部分。注册时就关注 OUT，这在 ET 下很安静；换成 LT 就会[空转](#/e/out-spins)。还有东西没发完时就不接收，所以不读取的客户端不会让内存增长。',
    },
    code: `let rest = answer
while (rest.length > 0) {
  const sent = connection.send(rest)
  if (sent === null) break
  rest = rest.subarray(sent)
}`,
    trap: {
      en: 'The 404 page says `请输入正确的url` (enter a correct URL), and its `Content-Length` is the length of the string. A string counts characters, the network counts bytes: 25 instead of 37. The client cuts the text off, and takes the rest for the next answer.',
      zh: '404 的正文里有“请输入正确的url”，而 `Content-Length` 用的是字符串的长度。字符串数的是字符，网络数的是字节：25 对 37。客户端把正文截断，又把多出来的当成下一个回答的开头。',
    },
    goesWrong: {
      transcript: `
pair s c
send s "file not found, 请输入正确的url" -> 37
recv c 25 -> 25
queued c -> 12
`,
      caption: {
        en: 'The client takes the 25 bytes that it was promised.',
        zh: '客户端按承诺取走 25 个字节。',
      },
    },
    fix: {
      en: 'Count bytes.',
      zh: '按字节计数。',
    },
    next: 'byte-lengths',
  },
  {
    number: 9,
    name: 'byte-lengths',
    heading: { en: 'lengths are bytes', zh: '长度是字节数' },
    adds: {
      en: 'One more call: `Buffer.byteLength`.',
      zh: '只多了一个调用：`Buffer.byteLength`。',
    },
    code: `head += \`Content-Length: \${Buffer.byteLength(notFound)}\\r\\n\\r\\n\``,
    trap: {
      en: "The request's path is appended to the root as it came. `/../secret.txt` leads out of it, and so does a link. There's no experiment for this trap, because the lab's operations don't open paths, for the same reason. Try it on the program itself:",
      zh: '请求里的路径原样接在根目录后面。`/../secret.txt` 会走到外面，链接也会。这个陷阱没有实验：出于同样的原因，实验室的操作不打开任何路径。请在程序上试：',
    },
    more: [
      {
        kind: 'code',
        language: 'shell',
        text: 'node --import tsx examples/09-byte-lengths.ts &\ncurl --path-as-is localhost:7890/../package.json',
      },
    ],
    fix: {
      en: "Don't inspect strings: let the kernel open the file beneath the root, and nowhere else.",
      zh: '不要去分析字符串：让内核只在根目录之下打开文件。',
    },
    next: 'beneath-root',
  },
  {
    number: 10,
    name: 'beneath-root',
    heading: { en: 'beneath the root', zh: '限制在根目录之下' },
    adds: {
      en: "The root is opened once, and each path relative to it with `RESOLVE_BENEATH`. The file is then read without epoll, because a regular file [can't be watched](#/myths/files).",
      zh: '根目录只打开一次，路径用 `RESOLVE_BENEATH` 相对于它打开。文件的读取不经过 epoll，因为普通文件[不能监视](#/myths/files)。',
    },
    code: `const file = File.openBeneath(directory, path, { resolve: RESOLVE_BENEATH })
try {
  return file.read(file.stat().sizeBytes)
} finally {
  file.close()
}`,
    trap: {
      en: 'Three traps are left. One `recv` is taken for one request, but a request may arrive in pieces, or [several at once](#/e/pipelined). A large file is read as a whole. And a client that never stops sending is served without pause, while the others wait.',
      zh: '还剩三个陷阱。一次 `recv` 被当作一个请求，而请求可能分几段到来，也可能[几个一起到来](#/e/pipelined)。大文件一次读进内存。还有，一个客户端不停地发，就一直为它服务，别人只能等着。',
    },
    goesWrong: {
      transcript: String.raw`
tcp c s
ep E; add E s IN|ET
send c "GET / HTTP/1.1\r\n"
wait E -> s:IN
recv s 1024 -> 16
send c "Host: lab\r\n\r\nGET /style.css HTTP/1.1\r\nHost: lab\r\n\r\n"
wait E -> s:IN
recv s 1024 -> 51
wait E -> nothing
`,
      caption: {
        en: 'Two requests in two receives, but not one in each: the second request begins in the middle.',
        zh: '两个请求，两次接收，却不是一次一个：第二个请求从中间开始。',
      },
    },
    fix: {
      en: 'Keep what has arrived until a request is complete; read a file piece by piece, the next one when the last is sent; and give each client a share of each turn.',
      zh: '收到的先留着，直到请求完整；文件分块读，上一块发完再读下一块；每个客户端每轮只占一份。',
    },
    next: 'static-server',
  },
  {
    number: 11,
    name: 'static-server',
    heading: { en: 'the static server', zh: '静态服务器' },
    adds: {
      en: 'Everything together, in fewer than 150 lines. A step does one thing and says whether to go on: send, or else read a piece, or else answer, or else receive. Each step makes progress or would block, so no edge is lost. A turn has at most 16 steps. Then the connection is modified with the mask that it has, and the kernel reports it again after the others.',
      zh: '以上全部合在一起，不到 150 行。一小步只做一件事，并说明要不要继续：发送，否则读一块，否则回答，否则接收。每一小步要么有进展，要么会阻塞，所以不会错过触发。一轮最多 16 小步，然后用原来的掩码修改注册，内核会在别人之后再通知它。',
    },
    code: `function turn(connection: Connection): void {
  for (let i = 0; i < stepsPerTurn; i++) if (!step(connection)) return
  epoll.modify(connection.socket, EPOLLIN | EPOLLOUT | EPOLLET)
}`,
    trap: {
      en: 'This prevents starvation: a loop that reads one client until nothing is left never ends if that client is faster. The others are ready, and [starve](#/e/starvation).',
      zh: '它防止的是饿死：一个客户端比循环更快，循环就永远读不空它。别的客户端早已就绪，却在[挨饿](#/e/starvation)。',
    },
    goesWrong: {
      transcript: `
tcp a s; tcp b t
ep E; add E s IN|ET; add E t IN|ET
send a 1000
wait E -> s:IN
send b 5
recv s 1000 -> 1000
send a 1000
recv s 1000 -> 1000
send a 1000
recv s 1000 -> 1000
poll E -> E:IN
`,
      caption: {
        en: 'a sends again before each receive, so the loop goes on. Meanwhile, is b on the ready list?',
        zh: 'a 总是抢在每次接收之前再发，循环没完没了。这时 b 在就绪列表上吗？',
      },
    },
    fix: {
      en: 'Stop after a share, and modify: the registration goes to the end of the ready list, with the rest of its data.',
      zh: '够一份就停，并修改注册：它会带着剩下的数据排到就绪列表的末尾。',
    },
    goesWell: {
      transcript: `
tcp a s; tcp b t
ep E; add E s IN|ET; add E t IN|ET
send a 4000
wait E -> s:IN
recv s 1000 -> 1000
send b 5
mod E s IN|ET
wait E -> t:IN, s:IN
`,
      caption: {
        en: 's is modified after its share. In which order does the next wait report?',
        zh: 's 够一份后修改注册。下一次等待按什么次序通知？',
      },
    },
  },
]
