import { describe, expect, it } from 'vitest'
import { createAccess, isLoopback } from './access.ts'

const access = () => createAccess('127.0.0.1', () => 4780)
const cookieOf = (setCookie: string) => setCookie.split(';')[0]!

describe('access', () => {
  it('opens one session for a token, and none when the same link is opened again', () => {
    const door = access()
    const token = door.issueToken()
    const session = door.redeemToken(token)
    expect(session).toBeTypeOf('string')
    expect(door.redeemToken(token)).toBeUndefined()
    expect(door.hasSession(cookieOf(door.cookieOfSession(session!)))).toBe(true)
  })

  it('knows no session by a guessed, cut, empty or foreign cookie', () => {
    const door = access()
    const session = door.redeemToken(door.issueToken())!
    const other = createAccess('127.0.0.1', () => 4781)
    const foreign = other.cookieOfSession(other.redeemToken(other.issueToken())!)
    for (const cookie of [undefined, '', 'scenewright_4780=', `scenewright_4780=${session.slice(1)}`, cookieOf(foreign), `x=${session}`])
      expect(door.hasSession(cookie)).toBe(false)
    expect(door.hasSession(`a=b; scenewright_4780=${session}; c=d`)).toBe(true)
  })

  it('hides the cookie from scripts and from other sites', () => {
    const door = access()
    const cookie = door.cookieOfSession('s')
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Strict')
  })

  it('answers no other name that points at this machine, which is how rebinding begins', () => {
    const door = access()
    for (const host of ['127.0.0.1:4780', 'localhost:9', 'LOCALHOST', '[::1]:4780']) expect(door.isOurHost(host)).toBe(true)
    for (const host of [undefined, '', 'evil.test', 'evil.test:4780', '127.0.0.1.evil.test', 'localhost.evil.test:4780'])
      expect(door.isOurHost(host)).toBe(false)
  })

  it('takes a socket only from a page of the very host and port that was asked', () => {
    const door = access()
    expect(door.isOurOrigin('http://127.0.0.1:4780', '127.0.0.1:4780')).toBe(true)
    for (const origin of [undefined, 'null', 'http://127.0.0.1:4781', 'http://localhost:4780', 'http://evil.test', 'file://127.0.0.1:4780'])
      expect(door.isOurOrigin(origin, '127.0.0.1:4780')).toBe(false)
  })

  it('forgets the oldest unused links, so that pressing Enter for ever keeps nothing open', () => {
    const door = access()
    const first = door.issueToken()
    for (let i = 0; i < 8; i += 1) door.issueToken()
    expect(door.redeemToken(first)).toBeUndefined()
  })

  it('tells loopback from addresses that others can reach', () => {
    expect(['127.0.0.1', '127.8.8.8', 'localhost', '::1'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '192.168.0.4', '::', 'localhost.example'].some(isLoopback)).toBe(false)
  })
})
