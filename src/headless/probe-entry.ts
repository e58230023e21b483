// The process that finds out which inference providers work, or runs one model on trial: a driver may crash it, and only it.
import { channelFromProcess } from '#api/channel'
import { noteFromError } from '#core/base/fault'
import { TrialOrder } from '#core/model/trial-report'
import { tryModel } from '#worker/inference/model-trial'
import { probeProviders } from '#worker/inference/providers'

const channel = channelFromProcess(process)
channel.onClose(() => process.exit(0))
const order = process.argv[2]
if (order === undefined) channel.post(await probeProviders())
else
  await tryModel(TrialOrder.parse(JSON.parse(order))).then(
    (reports) => channel.post({ reports }),
    (error: unknown) => channel.post({ fault: noteFromError(error) }),
  )
