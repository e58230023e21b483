// Holds what the real detectors and the instance segmenter find against what is recorded of them: one line of JSON.
import { heldAgainstRecorded, recordedNetworks } from '../src/worker/detect/recorded-detections.ts'

const data = process.env.SCENEWRIGHT_DATA
if (data) {
  const result: Record<string, Awaited<ReturnType<typeof heldAgainstRecorded>>> = {}
  for (const [file, family] of recordedNetworks) result[file] = await heldAgainstRecorded(data, file, family)
  process.stdout.write(`${JSON.stringify(result)}\n`)
} else console.log('skipped: SCENEWRIGHT_DATA does not name the folder of real inputs')
