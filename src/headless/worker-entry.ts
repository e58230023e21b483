// A worker's process: one stage after another for the engine that forked it.
import { channelFromProcess } from '#api/channel'
import { runWorker } from '#worker/worker'

const channel = channelFromProcess(process)
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
channel.onClose(() => process.exit(0))
runWorker(channel)
