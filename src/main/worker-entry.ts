// A worker's utility process: waits for its port, then does one stage after another on it.
import { channelFromPort } from '#api/channel'
import { runWorker } from '#worker/worker'
import { parentPortOf } from './utility.ts'

let begun = false
parentPortOf(process).on('message', ({ ports }) => {
  const port = ports[0]
  if (begun || !port) return
  begun = true
  const channel = channelFromPort(port)
  channel.onClose(() => process.exit(0))
  runWorker(channel)
})
