// A short drill of aborts inside native inference; the long one is `npm run drill:inference`.
import { expect, test } from 'vitest'
import { drillInference } from './inference-drill.ts'

test('a run that is cancelled and whose worker is killed inside of the network goes on at its last committed frame, to the same bytes', async () => {
  const told = await drillInference({ aborts: 4, convolutions: 20 })
  expect(told).toMatchObject({ lostFrames: 0, sameResult: true })
  expect(told.resumedMs).toHaveLength(4)
}, 120_000)
