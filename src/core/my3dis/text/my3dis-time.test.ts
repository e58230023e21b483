// Tests of My3DIS's times: offsets on both sides of Greenwich, microseconds, and halves of a second.

import { describe, expect, it } from 'vitest'
import { durationText, relationTime, stampTime, workflowTime } from './my3dis-time.ts'

const moment = Date.UTC(2025, 9, 21, 10, 23, 49, 250)

describe('times', () => {
  it('are local with an offset in workflow files, and without one in folder names', () => {
    expect(workflowTime(moment, 480)).toBe('2025-10-21T18:23:49+08:00')
    expect(workflowTime(moment, -210)).toBe('2025-10-21T06:53:49-03:30')
    expect(stampTime(moment, 480)).toBe('20251021_182349')
  })

  it('are UTC with microseconds in relations, which a whole second has none of', () => {
    expect(relationTime(moment, 7)).toBe('2025-10-21T10:23:49.250007+00:00')
    expect(relationTime(moment - 250)).toBe('2025-10-21T10:23:49+00:00')
  })

  it('are told as minutes and seconds, with hours only when there are some', () => {
    expect([0.5, 1.5, 59.6, 3599.4, 3599.5, 90061].map(durationText)).toEqual(['00:00', '00:02', '01:00', '59:59', '01:00:00', '25:01:01'])
  })
})
