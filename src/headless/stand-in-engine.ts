// A tiny engine for tests of the process around it: says hello, and can be told to die or to hang.
import { fork } from 'node:child_process'
import { channelFromProcess } from '#api/channel'
import { muxChannel } from '#api/mux'

const carrier = channelFromProcess(process)
const { hangs } = JSON.parse(process.argv[2] ?? '{}').version === 'hangs' ? { hangs: true } : { hangs: false }
muxChannel(carrier, false, (channel) =>
  channel.onMessage((message) => {
    if (message === 'die') process.exit(7)
    if (message === 'child')
      channel.post(fork('-e', [], { execPath: process.execPath, execArgv: ['-e', 'setInterval(() => {}, 1000)', '--'] }).pid)
    else channel.post({ pid: process.pid, message, bytes: Uint8Array.of(1, 2) })
  }),
)
// An engine that hangs keeps its process alive whatever its parent says.
if (hangs) setInterval(() => {}, 1000)
else carrier.onClose(() => process.exit(0))
