// The process that finds out which inference providers work: a driver may crash it, and only it.
import { channelFromProcess } from '#api/channel'
import { probeProviders } from '#worker/inference/providers'

const channel = channelFromProcess(process)
channel.onClose(() => process.exit(0))
channel.post(await probeProviders())
