// The process that carries prompt masks for `track`: takes one order, answers frame by frame, ends with its parent.
import { channelFromProcess } from '#api/channel'
import { noteFromError } from '#core/base/fault'
import { type TrackPrompt, trackPrompt } from '#worker/track-prompt'
import type { FromTracker } from './track-messages.ts'

const channel = channelFromProcess(process)
const say = (message: FromTracker) => channel.post(message)
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
channel.onClose(() => process.exit(0))
channel.onMessage((order) => {
  trackPrompt(order as TrackPrompt, { onFrame: (position, objects) => say({ type: 'frame', position, objects }) }).then(
    () => say({ type: 'done' }),
    (error: unknown) => say({ type: 'failed', fault: noteFromError(error) }),
  )
})
